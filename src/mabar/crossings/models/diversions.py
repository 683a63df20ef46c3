"""Diversions: trucks of a closed crossing proposed to another, and what became of each."""

from django.db import models
from django.db.models import F, Q

from mabar.base.models import Place
from mabar.crossings.models.passages import Passage
from mabar.crossings.rules import diverted, diverting


class Diversion(models.Model):
    """That an officer of a closed crossing proposes its waiting trucks to another one."""

    key = models.CharField(max_length=26, primary_key=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="diversions_away", db_index=False)
    target = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="diversions_here", db_index=False)
    direction = models.CharField(max_length=5, blank=True)
    reason = models.TextField()
    # how long the road from the one crossing to the other takes
    road_hours = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12)
    proposed_by = models.CharField(max_length=48)
    proposed_at = models.DateTimeField()
    answered_by = models.CharField(max_length=48, blank=True)
    answered_at = models.DateTimeField(null=True)
    # why it was refused or withdrawn
    answer = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    # the node that works the other crossing; empty where this one works both
    partner = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_diversion_is_in_a_known_state", condition=Q(state__in=diverting.STATES)),
            models.CheckConstraint(name="a_diversion_leads_elsewhere", condition=~Q(place=F("target"))),
        ]
        indexes = [
            models.Index(name="diversions_of_a_crossing", fields=["place", "key"]),
            models.Index(name="diversions_to_a_crossing", fields=["target", "key"]),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.target_id}"


class DivertedTruck(models.Model):
    """One truck in a diversion: the hour offered to it, its answer, and its passage at the new crossing.

    A truck that a partner node proposes has its passage there: `far_passage` is its key; plate and direction are told.
    """

    diversion = models.ForeignKey(Diversion, on_delete=models.PROTECT, related_name="trucks", db_index=False)
    passage = models.ForeignKey(Passage, null=True, on_delete=models.PROTECT, related_name="diversions")
    far_passage = models.CharField(max_length=26, blank=True)
    plate = models.CharField(max_length=40, blank=True)
    direction = models.CharField(max_length=5, blank=True)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12)
    slot_at = models.DateTimeField(null=True)
    answer_by = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=48, blank=True)
    answered_at = models.DateTimeField(null=True)
    # the message that told a partner's node that the truck is coming
    message = models.CharField(max_length=26, blank=True)
    successor = models.OneToOneField(Passage, null=True, on_delete=models.PROTECT, related_name="diverted_from")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_truck_stands_once_in_a_diversion", fields=["diversion", "passage"]),
            models.UniqueConstraint(
                name="a_truck_waits_for_one_diversion_at_a_time",
                fields=["passage"],
                condition=Q(state__in=diverted.OPEN),
            ),
            models.UniqueConstraint(
                name="a_truck_is_diverted_once", fields=["passage"], condition=Q(state=diverted.KEPT)
            ),
            models.CheckConstraint(
                name="a_truck_of_a_diversion_is_in_a_known_state", condition=Q(state__in=diverted.STATES)
            ),
            models.CheckConstraint(
                name="a_kept_truck_alone_has_a_new_passage",
                condition=(Q(state=diverted.KEPT) & (Q(successor__isnull=False) | ~Q(message="")))
                | (~Q(state=diverted.KEPT) & Q(successor__isnull=True)),
            ),
            models.CheckConstraint(
                name="a_diverted_truck_stands_here_or_at_the_partners",
                condition=Q(passage__isnull=False, far_passage="") | (Q(passage__isnull=True) & ~Q(far_passage="")),
            ),
            models.UniqueConstraint(
                name="a_partners_truck_stands_once_in_a_diversion",
                fields=["diversion", "far_passage"],
                condition=~Q(far_passage=""),
            ),
            models.CheckConstraint(
                name="an_offer_names_its_hour_and_its_end",
                condition=~Q(state__in=[diverted.OFFERED, diverted.KEPT])
                | Q(slot_at__isnull=False, answer_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="trucks_of_a_diversion", fields=["diversion", "state", "number"]),
            models.Index(name="hours_of_diverted_trucks", fields=["slot_at"], condition=Q(slot_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.diversion_id} {self.number}"

    @property
    def key(self) -> str:
        """The key of its passage, here or at the partner's node."""
        return self.passage_id or self.far_passage
