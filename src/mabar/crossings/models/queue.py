"""The queue: what a crossing states of its hours and slots, appointments, and officers' exceptions from the order."""

from django.db import models
from django.db.models import F, Q

from mabar.base.models import Place
from mabar.crossings.models.passages import Crossing, Passage
from mabar.crossings.rules import order, slots


class QueueTerms(models.Model):
    """What a crossing has stated of its hours, its slots and how late a truck may come; the newest row counts."""

    crossing = models.ForeignKey(Crossing, on_delete=models.PROTECT, related_name="terms", db_index=False)
    days = models.JSONField()
    opens_min = models.PositiveSmallIntegerField()
    closes_min = models.PositiveSmallIntegerField()
    slot_min = models.PositiveSmallIntegerField()
    trucks_a_slot = models.PositiveSmallIntegerField()
    tolerance_min = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=48)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_crossing_opens_before_it_closes",
                condition=Q(opens_min__lt=F("closes_min"), closes_min__lte=1440),
            ),
            models.CheckConstraint(
                name="a_slot_has_length_and_room", condition=Q(slot_min__gte=1, trucks_a_slot__gte=1)
            ),
        ]
        indexes = [models.Index(name="terms_of_a_crossing", fields=["crossing", "at"])]

    def __str__(self) -> str:
        return f"{self.crossing_id} {self.at}"


class Appointment(models.Model):
    """The hour for which a truck is awaited.  One asked for or kept takes a seat of its slot."""

    passage = models.OneToOneField(Passage, primary_key=True, on_delete=models.PROTECT, related_name="appointment")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, db_index=False)
    state = models.CharField(max_length=12)
    slot_at = models.DateTimeField()
    seat = models.PositiveSmallIntegerField()
    lapses_at = models.DateTimeField()
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_appointment_is_in_a_known_state", condition=Q(state__in=slots.APPOINTMENTS)
            ),
            models.UniqueConstraint(
                name="a_seat_of_a_slot_is_taken_once",
                fields=["place", "slot_at", "seat"],
                condition=Q(state__in=slots.TAKING),
            ),
        ]
        indexes = [models.Index(name="appointments_of_a_day", fields=["place", "slot_at"])]

    def __str__(self) -> str:
        return f"{self.passage_id} {self.slot_at}"


class ExceptionFromOrder(models.Model):
    """That an officer called a truck forward or put it back, and why; one at most stands for a truck."""

    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="exceptions", db_index=False)
    act = models.CharField(max_length=12)
    reason = models.CharField(max_length=12)
    words = models.TextField()
    by = models.CharField(max_length=48)
    at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=48, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_truck_is_called_forward_or_put_back", condition=Q(act__in=tuple(order.REASONS))
            ),
            models.UniqueConstraint(
                name="one_exception_stands_for_a_truck", fields=["passage"], condition=Q(withdrawn_at=None)
            ),
            models.CheckConstraint(
                name="a_withdrawn_exception_names_who_withdrew_it",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by="")),
            ),
        ]
        indexes = [
            models.Index(name="exceptions_of_a_truck", fields=["passage", "at"]),
            models.Index(name="exceptions_of_a_day", fields=["at"]),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.passage_id}"
