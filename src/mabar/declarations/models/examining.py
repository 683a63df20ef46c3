"""What desks found and asked between registration and release."""

from django.db import models
from django.db.models import Q

from mabar.declarations import rules
from mabar.declarations.models.declarations import Declaration


class LaneDraw(models.Model):
    """A lane as it was drawn or changed, with every reason that fired and every one that did not."""

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="lane_draws")
    lane = models.CharField(max_length=8)
    reasons = models.JSONField()
    by = models.CharField(max_length=48)
    at = models.DateTimeField()
    reason_text = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_drawn_lane_has_a_known_colour", condition=Q(lane__in=rules.LANES)),
        ]

    def __str__(self) -> str:
        return f"{self.declaration_id} {self.lane}"


class Query(models.Model):
    """A question of the office to the declarant; while it is open the declaration stands still."""

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="queries")
    text = models.CharField(max_length=2000)
    asked_by = models.CharField(max_length=48)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answer = models.CharField(max_length=4000, blank=True)
    answered_by = models.CharField(max_length=48, blank=True)
    answered_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_query_per_declaration",
                fields=["declaration"],
                condition=Q(settled_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declaration_id} {self.asked_at}"


class Inspection(models.Model):
    """The inspection of a consignment: the team of two that was drawn, and what it found."""

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="inspections")
    team = models.JSONField()
    assigned_by = models.CharField(max_length=48)
    assigned_at = models.DateTimeField()
    findings = models.JSONField(default=list)
    result = models.CharField(max_length=16, blank=True)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_inspection_ends_with_a_known_result", condition=Q(result__in=["", *rules.RESULTS])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declaration_id} {self.result}"


class Settlement(models.Model):
    """That what was assessed is paid or covered by a guarantee, or that what is no longer owed went back."""

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="settlements")
    kind = models.CharField(max_length=10)
    reference = models.CharField(max_length=80)
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    by = models.CharField(max_length=48)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_settlement_is_a_payment_a_guarantee_a_refund_or_one_freed",
                condition=Q(kind__in=sorted(rules.SETTLEMENTS.values())),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class DateReading(models.Model):
    """Which of two readings of a date somebody chose, for a draft or the declaration that came of it."""

    subject = models.CharField(max_length=26)
    path = models.CharField(max_length=120)
    verbatim = models.CharField(max_length=40)
    chosen = models.DateField()
    by = models.CharField(max_length=48)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="readings_of_a_declaration", fields=["subject"])]

    def __str__(self) -> str:
        return f"{self.path}: {self.chosen}"
