"""The tables of guarantees: what is left here, what moved it, who draws, and what is lent to other offices."""

from django.db import models
from django.db.models import F, Q

from mabar.base.models import Place
from mabar.transit.rules import guarantees as rules


class GuaranteeCount(models.Model):
    """The last number that an office has given to a guarantee in a year; it is never given again."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, db_index=False, related_name="guarantee_counts")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="an_office_numbers_its_guarantees_once_a_year", fields=["place", "year"]),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.year}"


class Guarantee(models.Model):
    """A guarantee as this node may use it: kept here, or a tranche of one that another office keeps.

    `left_minor` is what may still be drawn at this node, and always the sum of the entries.  `office` keeps the
    guarantee at the node `home`; `place` is where it is used here.  Where `home` is another node, `lent_minor` is all
    that it has ever lent here, `returned_minor` all that ever went back, `told_at` the instant of its newest news.
    """

    key = models.CharField(max_length=26, primary_key=True)
    reference = models.CharField(max_length=rules.LONGEST_REFERENCE)
    kind = models.CharField(max_length=16)
    home = models.CharField(max_length=32)
    office = models.CharField(max_length=32)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, db_index=False, related_name="guarantees")
    holder = models.CharField(max_length=32)
    holder_name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    title_minor = models.BigIntegerField(default=0)
    left_minor = models.BigIntegerField()
    lent_minor = models.BigIntegerField(default=0)
    returned_minor = models.BigIntegerField(default=0)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoke_reason = models.CharField(max_length=500, blank=True)
    expired_at = models.DateTimeField(null=True)
    registered_at = models.DateTimeField()
    # numbers of the newest news, to the node that keeps it and from it
    number = models.PositiveIntegerField(default=0)
    heard_number = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_guarantee_is_of_a_known_kind", condition=Q(kind__in=rules.KINDS)),
            models.CheckConstraint(name="a_guarantee_is_never_drawn_below_zero", condition=Q(left_minor__gte=0)),
            models.CheckConstraint(
                name="no_more_is_left_of_a_guarantee_than_it_had", condition=Q(left_minor__lte=F("amount_minor"))
            ),
            models.CheckConstraint(
                name="no_more_goes_back_than_was_lent", condition=Q(returned_minor__lte=F("lent_minor"))
            ),
            models.CheckConstraint(
                name="a_guarantee_ends_after_it_begins", condition=Q(valid_until__gt=F("valid_from"))
            ),
            models.UniqueConstraint(name="a_reference_of_a_guarantee_is_given_once", fields=["reference"]),
        ]
        indexes = [
            models.Index(name="guarantees_of_an_office", fields=["place", "-key"]),
            models.Index(name="guarantees_of_a_firm", fields=["holder", "-key"]),
        ]

    def __str__(self) -> str:
        return self.reference


class LedgerEntry(models.Model):
    """What moved what is left; a row is never changed.  `amount_minor` is signed, `left_minor` what was left after."""

    guarantee = models.ForeignKey(Guarantee, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12)
    amount_minor = models.BigIntegerField()
    left_minor = models.BigIntegerField()
    movement = models.CharField(max_length=26, blank=True)
    node = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=48)

    class Meta:
        constraints = [
            models.CheckConstraint(name="an_entry_is_of_a_known_kind", condition=Q(kind__in=rules.ENTRIES)),
            models.CheckConstraint(name="no_entry_leaves_less_than_nothing", condition=Q(left_minor__gte=0)),
            models.UniqueConstraint(
                name="a_movement_moves_a_ledger_once_each_way",
                fields=["movement", "kind"],
                condition=~Q(movement=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor}"


class Draw(models.Model):
    """That a movement is covered: at this node, or at the one that holds a tranche, as it has told.

    `covers_minor` is what the movement may owe, `amount_minor` what that takes of the guarantee: whole titles, or
    nothing of a waiver.  `node` is empty for a draw made here.
    """

    guarantee = models.ForeignKey(Guarantee, on_delete=models.PROTECT, related_name="draws")
    movement = models.CharField(max_length=26)
    node = models.CharField(max_length=32, blank=True)
    state = models.CharField(max_length=8)
    covers_minor = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    drawn_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_draw_is_in_a_known_state", condition=Q(state__in=rules.STATES)),
            models.CheckConstraint(name="a_draw_takes_no_less_than_nothing", condition=Q(amount_minor__gte=0)),
            models.UniqueConstraint(name="a_movement_draws_once", fields=["movement"]),
        ]
        indexes = [models.Index(name="draws_that_still_take", fields=["guarantee", "state"])]

    def __str__(self) -> str:
        return f"{self.movement} {self.state}"


class Tranche(models.Model):
    """What the office that keeps a guarantee has lent to another node, and what that one has told of its use.

    `lent_minor` and `returned_minor` only ever grow: what is reserved is their difference.
    """

    guarantee = models.ForeignKey(Guarantee, on_delete=models.PROTECT, related_name="tranches")
    node = models.CharField(max_length=32)
    lent_minor = models.BigIntegerField(default=0)
    returned_minor = models.BigIntegerField(default=0)
    used_minor = models.BigIntegerField(default=0)
    # numbers of the newest news, to the node and from it
    number = models.PositiveIntegerField(default=0)
    heard_number = models.PositiveIntegerField(default=0)
    lent_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="no_more_of_a_tranche_comes_back_than_was_lent", condition=Q(returned_minor__lte=F("lent_minor"))
            ),
            models.UniqueConstraint(name="a_node_holds_one_tranche_of_a_guarantee", fields=["guarantee", "node"]),
        ]

    def __str__(self) -> str:
        return f"{self.guarantee_id} {self.node}"


class TrancheRequest(models.Model):
    """That an office asks for a tranche, kept on the side that asks and on the side that is asked under one key."""

    key = models.CharField(max_length=26, primary_key=True)
    reference = models.CharField(max_length=rules.LONGEST_REFERENCE)
    guarantee = models.ForeignKey(Guarantee, null=True, on_delete=models.PROTECT, related_name="requests")
    node = models.CharField(max_length=32)
    is_ours = models.BooleanField()
    place = models.ForeignKey(Place, on_delete=models.PROTECT, db_index=False, related_name="tranche_requests")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_request_for_a_tranche_is_in_a_known_state", condition=Q(state__in=rules.ASKED)
            ),
        ]
        indexes = [models.Index(name="requests_for_tranches", fields=["place", "state", "-key"])]

    def __str__(self) -> str:
        return f"{self.reference} {self.node}"
