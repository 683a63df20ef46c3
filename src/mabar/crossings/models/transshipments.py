"""The tables of the transshipment: goods that change truck at kilometre zero."""

from django.db import models
from django.db.models import Q

from mabar.base.models import Place
from mabar.crossings.models.passages import Passage
from mabar.crossings.rules import transshipping


class Transshipment(models.Model):
    """The goods of one truck that go on with others: as far as it has come, and the tolerance that was declared."""

    key = models.CharField(max_length=26, primary_key=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, db_index=False)
    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="transshipments")
    state = models.CharField(max_length=12)
    tolerance_percent = models.CharField(max_length=8)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    left_empty_at = models.DateTimeField(null=True)
    # of what both sides sign; empty before the first has signed
    digest = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_transshipment_is_in_a_known_state", condition=Q(state__in=transshipping.STATES)
            ),
            models.CheckConstraint(
                name="a_transshipment_ends_with_a_signed_protocol",
                condition=Q(done_at__isnull=True) | (Q(state="done") & ~Q(digest="")),
            ),
            models.CheckConstraint(
                name="a_truck_leaves_empty_after_its_transshipment",
                condition=Q(left_empty_at__isnull=True) | Q(done_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="a_truck_is_unloaded_once_at_a_time",
                fields=["passage"],
                condition=Q(state__in=transshipping.UNDER_WAY),
            ),
        ]
        indexes = [models.Index(name="transshipments_listed", fields=["place", "key"])]

    def __str__(self) -> str:
        return f"{self.passage_id} {self.state}"


class OnwardTruck(models.Model):
    """A truck with which goods go on."""

    transshipment = models.ForeignKey(Transshipment, on_delete=models.PROTECT, related_name="onward", db_index=False)
    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="taken_on")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_truck_stands_once_in_a_transshipment", fields=["transshipment", "passage"])
        ]

    def __str__(self) -> str:
        return f"{self.transshipment_id} {self.passage_id}"


class TransshipmentEvent(models.Model):
    """What happened in a transshipment.  A row is never changed: a mistyped tally is followed by another."""

    transshipment = models.ForeignKey(Transshipment, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=24)
    at = models.DateTimeField()
    by = models.CharField(max_length=48)
    # the administration whose officer acted; empty for a device
    service = models.CharField(max_length=8, blank=True)
    # the function on whose mandate the act rests
    post = models.CharField(max_length=32, blank=True)
    event_key = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)
    state_before = models.CharField(max_length=12, blank=True)
    state_after = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_sender_sends_an_event_of_a_transshipment_once",
                fields=["transshipment", "by", "event_key"],
                condition=~Q(event_key=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.transshipment_id}"


class TransshipmentLine(models.Model):
    """What an event counted of one declaration: unloaded beside the declared, or loaded on the truck that it names."""

    event = models.ForeignKey(TransshipmentEvent, on_delete=models.PROTECT, related_name="lines", db_index=False)
    declaration = models.CharField(max_length=26)
    reference = models.CharField(max_length=64)
    truck = models.ForeignKey(Passage, null=True, on_delete=models.PROTECT, db_index=False)
    packages = models.PositiveIntegerField()
    gross_mass_g = models.PositiveBigIntegerField()
    declared_packages = models.PositiveIntegerField(null=True)
    declared_mass_g = models.PositiveBigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_declaration_is_counted_once_an_event", fields=["event", "declaration"])
        ]

    def __str__(self) -> str:
        return self.reference
