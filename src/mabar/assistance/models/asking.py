"""Queries of one declaration of the partner: by its number, for a purpose, logged on both sides."""

from django.db import models
from django.db.models import Q

from mabar.assistance import rules
from mabar.base.models import Place


class DeclarationQuery(models.Model):
    """A query as one side keeps it; `record` is what came, on the side that asked, until it is erased."""

    key = models.CharField(max_length=26, primary_key=True)
    is_outward = models.BooleanField()
    partner = models.CharField(max_length=32)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, db_index=False, related_name="declaration_queries")
    number = models.CharField(max_length=80)
    agreement = models.CharField(max_length=64)
    article = models.CharField(max_length=200)
    purpose = models.CharField(max_length=48)
    sections = models.JSONField(default=list)
    asked_by = models.CharField(max_length=48)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8)
    version = models.PositiveIntegerField(default=1)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=48, blank=True)
    is_at_once = models.BooleanField(default=False)
    ground = models.CharField(max_length=16, blank=True)
    fields = models.JSONField(default=list)
    message = models.CharField(max_length=26, blank=True)
    declaration_state = models.CharField(max_length=20, blank=True)
    office = models.CharField(max_length=16, blank=True)
    record = models.JSONField(default=dict)
    items_left_out = models.PositiveIntegerField(default=0)
    retention_days = models.PositiveIntegerField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_query_is_in_a_known_state", condition=Q(state__in=rules.QUERY_STATES)),
            models.CheckConstraint(
                name="a_query_names_its_purpose_and_number", condition=~Q(purpose="") & ~Q(number="")
            ),
        ]
        indexes = [
            models.Index(name="queries_of_an_official", fields=["partner", "asked_by", "asked_at"]),
            models.Index(name="queries_of_a_desk", fields=["place", "is_outward", "state", "key"]),
            models.Index(name="queries_by_letter", fields=["message"]),
            models.Index(name="queries_by_asking", fields=["place", "asked_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.key}"
