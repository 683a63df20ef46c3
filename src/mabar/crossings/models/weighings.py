"""Weighings that fitted no truck."""

from django.db import models
from django.db.models import Q

from mabar.base.models import Place
from mabar.crossings import rules
from mabar.crossings.models.passages import Passage


class KeptWeighing(models.Model):
    """A weighing that fitted no truck, kept until an officer records it on one or lays it aside."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, db_index=False)
    by = models.CharField(max_length=48)
    event_key = models.CharField(max_length=64)
    plate = models.CharField(max_length=rules.LONGEST_PLATE)
    plate_key = models.CharField(max_length=48)
    weighed_at = models.DateTimeField()
    gross_mass_g = models.BigIntegerField()
    tare_mass_g = models.BigIntegerField(null=True)
    is_empty = models.BooleanField()
    axle_masses_g = models.JSONField(default=list)
    # the code of the refusal by which no truck took it
    reason = models.CharField(max_length=40)
    kept_at = models.DateTimeField()
    passage = models.ForeignKey(Passage, null=True, on_delete=models.PROTECT, db_index=False)
    settled_by = models.CharField(max_length=48, blank=True)
    settled_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_sender_sends_a_weighing_once", fields=["by", "event_key"]),
            models.CheckConstraint(
                name="a_settled_weighing_names_who_settled_it",
                condition=Q(settled_at__isnull=True, settled_by="") | (Q(settled_at__isnull=False) & ~Q(settled_by="")),
            ),
        ]
        indexes = [
            models.Index(
                name="weighings_awaiting_an_officer", fields=["place", "kept_at"], condition=Q(settled_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.plate} {self.event_key}"
