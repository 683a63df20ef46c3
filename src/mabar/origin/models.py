"""The tables of origin."""

from django.db import models
from django.db.models import Q

from mabar.base.models import Firm, Place
from mabar.origin import rules
from mabar.origin.rules import presenting, verifying


class OfficeSerial(models.Model):
    """The last number that an office has given in a year; it is never given again."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, db_index=False)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="an_office_numbers_a_year_once", fields=["place", "year"]),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.year}"


class Proof(models.Model):
    """A proof of origin that this node issues, from its application to its end; what is signed never changes.

    `code` is the text of its QR code, `digest` that of all that stands on it.
    """

    key = models.CharField(max_length=26, primary_key=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, db_index=False, related_name="proofs_of_origin")
    agreement = models.CharField(max_length=12)
    exporter = models.CharField(max_length=rules.LONGEST_NAME)
    exporter_number = models.CharField(max_length=rules.LONGEST_LINE, blank=True)
    consignee = models.CharField(max_length=rules.LONGEST_NAME)
    origin = models.CharField(max_length=2)
    destination = models.CharField(max_length=2)
    transport = models.CharField(max_length=rules.LONGEST_LINE, blank=True)
    invoice = models.CharField(max_length=rules.LONGEST_LINE)
    remarks = models.CharField(max_length=rules.LONGEST_LINE, blank=True)
    goods = models.JSONField()
    firm = models.ForeignKey(Firm, null=True, on_delete=models.PROTECT, db_index=False)
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replacements")
    state = models.CharField(max_length=12)
    version = models.PositiveIntegerField(default=1)
    serial = models.CharField(max_length=rules.LONGEST_SERIAL, blank=True)
    code = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    applied_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    issued_on = models.DateField(null=True)
    valid_until_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_proof_is_in_a_known_state", condition=Q(state__in=rules.STATES)),
            models.CheckConstraint(
                name="a_signed_proof_has_serial_code_and_days",
                condition=~Q(state__in=rules.SIGNED)
                | (~Q(serial="") & ~Q(code="") & ~Q(digest="") & Q(issued_on__isnull=False))
                & Q(valid_until_on__isnull=False),
            ),
            models.UniqueConstraint(
                name="a_serial_of_a_proof_is_given_once", fields=["serial"], condition=~Q(serial="")
            ),
            models.UniqueConstraint(
                name="a_proof_is_replaced_once",
                fields=["replaces"],
                condition=Q(replaces__isnull=False, state__in=("applied", "checked", "issued")),
            ),
        ]
        indexes = [
            models.Index(name="proofs_of_a_desk", fields=["place", "state", "-key"]),
            models.Index(name="proofs_of_a_house", fields=["firm", "-key"]),
            models.Index(name="who_bears_a_serial", fields=["serial"]),
        ]

    def __str__(self) -> str:
        return self.serial or self.key


class ProofEvent(models.Model):
    """What happened to a proof; a row is never changed."""

    proof = models.ForeignKey(Proof, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=24)
    at = models.DateTimeField()
    by = models.CharField(max_length=48)
    event_key = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)
    state_before = models.CharField(max_length=12, blank=True)
    state_after = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_sender_applies_for_a_proof_once",
                fields=["by", "event_key"],
                condition=Q(kind="apply") & ~Q(event_key=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.proof_id}"


class EndedProof(models.Model):
    """That a partner's proof was withdrawn or replaced, as its issuer has told; a later one takes the place of none."""

    node = models.CharField(max_length=32)
    serial = models.CharField(max_length=rules.LONGEST_SERIAL)
    state = models.CharField(max_length=12)
    replacement = models.CharField(max_length=rules.LONGEST_SERIAL, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField()
    heard_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_proof_ends_once", fields=["node", "serial"]),
            models.CheckConstraint(
                name="an_ended_proof_is_withdrawn_or_replaced", condition=Q(state__in=("withdrawn", "replaced"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.serial} {self.state}"


class PresentedProof(models.Model):
    """A proof presented with a declaration of import, with what its code said and how it was judged at that hour."""

    key = models.CharField(max_length=26, primary_key=True)
    declaration = models.ForeignKey(
        "declarations.Declaration", on_delete=models.PROTECT, related_name="proofs_of_origin", db_index=False
    )
    place = models.ForeignKey(Place, on_delete=models.PROTECT, db_index=False)
    agreement = models.CharField(max_length=12)
    serial = models.CharField(max_length=rules.LONGEST_SERIAL)
    issuer = models.CharField(max_length=32, blank=True)
    origin = models.CharField(max_length=2, blank=True)
    issued_on = models.DateField(null=True)
    valid_until_on = models.DateField(null=True)
    exporter = models.CharField(max_length=rules.LONGEST_NAME, blank=True)
    goods = models.JSONField(default=list)
    digest = models.CharField(max_length=64, blank=True)
    code = models.TextField(blank=True)
    verdict = models.CharField(max_length=16)
    key_id = models.CharField(max_length=16, blank=True)
    descriptor = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=20)
    by = models.CharField(max_length=48)
    presented_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_presented_proof_is_in_a_known_state", condition=Q(state__in=presenting.STATES)
            ),
            models.CheckConstraint(
                name="a_presented_proof_has_a_known_verdict", condition=Q(verdict__in=rules.VERDICTS)
            ),
            models.UniqueConstraint(
                name="a_proof_is_presented_once_with_a_declaration", fields=["declaration", "serial"]
            ),
        ]
        indexes = [
            models.Index(name="presented_by_serial", fields=["serial"]),
            models.Index(name="presented_at_a_place", fields=["place", "-key"]),
        ]

    def __str__(self) -> str:
        return self.serial


class Verification(models.Model):
    """A verification of a proof, kept on the side that asks and on the side that answers, with one clock.

    `request` is the key that the asking side gave; there it is `key` too.
    """

    key = models.CharField(max_length=26, primary_key=True)
    request = models.CharField(max_length=26)
    side = models.CharField(max_length=10)
    partner = models.CharField(max_length=32)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, db_index=False)
    agreement = models.CharField(max_length=12)
    serial = models.CharField(max_length=rules.LONGEST_SERIAL)
    presented = models.ForeignKey(
        PresentedProof, null=True, on_delete=models.PROTECT, related_name="verifications", db_index=False
    )
    proof = models.ForeignKey(Proof, null=True, on_delete=models.PROTECT, related_name="verifications", db_index=False)
    # of the certificate as it was shown, so that the issuer sees whether its words are those that were signed
    digest = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=8)
    text = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10)
    version = models.PositiveIntegerField(default=1)
    overdue_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True)
    findings = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=48)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_verification_is_in_a_known_state", condition=Q(state__in=verifying.STATES)),
            models.CheckConstraint(name="a_verification_has_two_sides", condition=Q(side__in=verifying.SIDES)),
            models.CheckConstraint(
                name="an_answered_verification_has_an_outcome",
                condition=~Q(state="answered") | Q(outcome__in=verifying.OUTCOMES, answered_at__isnull=False),
            ),
            models.UniqueConstraint(name="a_partner_asks_once", fields=["partner", "side", "request"]),
            models.UniqueConstraint(
                name="one_open_verification_of_a_presented_proof",
                fields=["presented"],
                condition=Q(presented__isnull=False, state__in=verifying.OPEN),
            ),
        ]
        indexes = [
            models.Index(name="verifications_of_a_desk", fields=["place", "state", "due_at"]),
            models.Index(name="verifications_of_a_serial", fields=["serial"]),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.serial}"
