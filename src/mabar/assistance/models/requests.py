"""Requests between the two services, on the node that asks and on the node that is asked."""

from django.db import models
from django.db.models import Q

from mabar.assistance import rules
from mabar.base.models import Place, StoredFile


class AssistanceRequest(models.Model):
    """A request as one side keeps it; both sides know it by the same key and see the same due instants.

    Its texts may name persons.  Nothing looks for them, lists them or joins them, and they are erased when the terms
    say so.
    """

    key = models.CharField(max_length=26, primary_key=True)
    number = models.CharField(max_length=40)
    is_outward = models.BooleanField()
    partner = models.CharField(max_length=32)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, db_index=False, related_name="assistance_requests")
    kind = models.CharField(max_length=16)
    pace = models.CharField(max_length=8)
    is_oral = models.BooleanField(default=False)
    state = models.CharField(max_length=12)
    version = models.PositiveIntegerField(default=1)
    agreement = models.CharField(max_length=64)
    article = models.CharField(max_length=200)
    language = models.CharField(max_length=2)
    matter = models.TextField()
    reason = models.TextField()
    description = models.TextField(blank=True)
    legal_elements = models.TextField(blank=True)
    connection = models.TextField(blank=True)
    parties = models.TextField(blank=True)
    from_official = models.CharField(max_length=48)
    to_official = models.CharField(max_length=48)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    confirm_by = models.DateTimeField(null=True)
    acknowledge_by = models.DateTimeField(null=True)
    complete_by = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    unacknowledged_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    missing = models.JSONField(default=list)
    told_reason = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=48, blank=True)
    retention_days = models.PositiveIntegerField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_request_is_in_a_known_state", condition=Q(state__in=rules.STATES)),
            models.CheckConstraint(
                name="a_request_is_of_a_known_kind_and_pace",
                condition=Q(kind__in=list(rules.KINDS), pace__in=rules.PACES),
            ),
            models.CheckConstraint(
                name="no_open_request_is_without_due_date",
                condition=~Q(state__in=rules.OPEN) | Q(due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_oral_request_has_its_hour_of_confirmation",
                condition=~Q(state="oral") | Q(is_oral=True, confirm_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_returned_request_has_its_day_of_completion",
                condition=~Q(state="returned") | Q(complete_by__isnull=False),
            ),
            models.CheckConstraint(
                name="an_answer_carries_its_retention",
                condition=~Q(state="answered") | Q(retention_days__isnull=False),
            ),
            models.UniqueConstraint(
                name="a_request_of_a_side_is_numbered_once", fields=["is_outward", "partner", "number"]
            ),
        ]
        indexes = [
            models.Index(name="requests_of_a_desk", fields=["place", "ended_at", "due_at", "key"]),
            models.Index(name="requests_by_number", fields=["number"]),
            models.Index(name="requests_by_making", fields=["place", "made_at"]),
        ]

    def __str__(self) -> str:
        return self.number


class RequestEvent(models.Model):
    """What was done or heard of a request; a row is never changed but for the erasure of its facts."""

    request = models.ForeignKey(AssistanceRequest, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=24)
    at = models.DateTimeField()
    by = models.CharField(max_length=48)
    is_ours = models.BooleanField()
    # the letter that told it, to the partner or from him
    message = models.CharField(max_length=26, blank=True)
    told = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    state_before = models.CharField(max_length=12, blank=True)
    state_after = models.CharField(max_length=12)

    class Meta:
        indexes = [models.Index(name="request_events_by_letter", fields=["message"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.request_id}"


class Measure(models.Model):
    """A precautionary measure that runs while a request is not complete yet: on which legal basis, and until when."""

    key = models.CharField(max_length=26, primary_key=True)
    request = models.ForeignKey(AssistanceRequest, on_delete=models.PROTECT, related_name="measures")
    measure = models.TextField()
    legal_basis = models.CharField(max_length=500)
    from_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=48)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_measure_has_a_basis_and_an_end",
                condition=~Q(legal_basis="") & Q(ends_at__gt=models.F("from_at")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.key}"


class Consent(models.Model):
    """Written consent to one onward use of an answer: asked by who was answered, decided by who answered."""

    STATES = ("asked", "given", "refused")

    key = models.CharField(max_length=26, primary_key=True)
    request = models.ForeignKey(AssistanceRequest, on_delete=models.PROTECT, related_name="consents")
    state = models.CharField(max_length=8)
    use = models.TextField()
    recipient = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=48)
    due_at = models.DateTimeField()
    overdue_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=48, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_consent_is_asked_given_or_refused", condition=Q(state__in=["asked", "given", "refused"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.state}"


class RequestAttachment(models.Model):
    """A file that went with an answer; its content lies among the node's files."""

    request = models.ForeignKey(AssistanceRequest, on_delete=models.PROTECT, related_name="attachments")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, db_index=False, related_name="+")
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(name="a_file_is_attached_to_a_request_once", fields=["request", "file"])]

    def __str__(self) -> str:
        return self.name
