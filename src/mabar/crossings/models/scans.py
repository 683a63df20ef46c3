"""The scans that scanners have sent."""

from django.db import models
from django.db.models import Q

from mabar.base.models import Place
from mabar.crossings import rules
from mabar.crossings.models.passages import Passage


class ReceivedScan(models.Model):
    """A scan as it was received: on its truck at once, or kept until an officer gives it to one or lays it aside.

    Who sent it does not count for whether it is the same: a file that two officers bring is one file.
    """

    place = models.ForeignKey(Place, on_delete=models.PROTECT, db_index=False)
    device = models.CharField(max_length=rules.LONGEST_DEVICE)
    event_key = models.CharField(max_length=64)
    plate = models.CharField(max_length=rules.LONGEST_PLATE)
    scanned_at = models.DateTimeField()
    # as `rules.Scan.facts` tells it
    facts = models.JSONField()
    by = models.CharField(max_length=48)
    received_at = models.DateTimeField()
    # the code of the refusal by which no truck took it; empty where one did
    reason = models.CharField(max_length=40, blank=True)
    passage = models.ForeignKey(Passage, null=True, on_delete=models.PROTECT, db_index=False)
    settled_by = models.CharField(max_length=48, blank=True)
    settled_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_scanner_numbers_a_scan_once", fields=["place", "device", "event_key"]),
            models.CheckConstraint(
                name="a_settled_scan_names_who_settled_it",
                condition=Q(settled_at__isnull=True, settled_by="") | (Q(settled_at__isnull=False) & ~Q(settled_by="")),
            ),
            models.CheckConstraint(
                name="a_scan_without_a_truck_says_why", condition=Q(passage__isnull=False) | ~Q(reason="")
            ),
        ]
        indexes = [
            models.Index(
                name="scans_awaiting_an_officer",
                fields=["place", "received_at"],
                condition=Q(passage=None, settled_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.device} {self.event_key}"
