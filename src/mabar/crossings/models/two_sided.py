"""The tables of the tally of both sides: each customs' own figures, as its node has signed and sent them."""

from django.db import models
from django.db.models import Q

from mabar.base.models import Place
from mabar.crossings.rules import two_sided


class TwoSidedTally(models.Model):
    """That the goods of a truck are counted by both customs; its key is that of the transshipment where they unload.

    `declared` lists reference, packages and grams of each declaration; `unloads_at` is the crossing that unloads.
    """

    key = models.CharField(max_length=26, primary_key=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, db_index=False)
    partner = models.CharField(max_length=32)
    unloads_at = models.CharField(max_length=32)
    plate = models.CharField(max_length=40)
    # the key of the unloaded truck's passage on this side; empty where it was not told
    passage = models.CharField(max_length=26, blank=True)
    declared = models.JSONField(default=list)
    state = models.CharField(max_length=10)
    asked_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_tally_of_both_sides_is_in_a_known_state", condition=Q(state__in=two_sided.STATES)
            )
        ]
        indexes = [models.Index(name="two_sided_tallies_listed", fields=["place", "key"])]

    def __str__(self) -> str:
        return f"{self.plate} {self.state}"


class SideTallyRow(models.Model):
    """What one side has counted.  A row is never changed: a recount is the next number of that side.

    `message` is the key of the MX/1 message whose signed statement says it, ours as well as theirs.
    """

    tally = models.ForeignKey(TwoSidedTally, on_delete=models.PROTECT, related_name="sides", db_index=False)
    side = models.CharField(max_length=6)
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    noted_at = models.DateTimeField()
    by = models.CharField(max_length=48, blank=True)
    event_key = models.CharField(max_length=64, blank=True)
    message = models.CharField(max_length=26)
    counted = models.JSONField()
    seals = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_tally_is_ours_or_theirs", condition=Q(side__in=two_sided.SIDES)),
            models.UniqueConstraint(name="a_side_numbers_its_tallies_once", fields=["tally", "side", "number"]),
            models.UniqueConstraint(
                name="an_officer_sends_a_tally_once", fields=["tally", "by", "event_key"], condition=~Q(event_key="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tally_id} {self.side} {self.number}"


class TallySettlement(models.Model):
    """That the head of one side lets two tallies that differ stand, with his reason; a recount leaves it behind."""

    tally = models.ForeignKey(TwoSidedTally, on_delete=models.PROTECT, related_name="settlements", db_index=False)
    side = models.CharField(max_length=6)
    ours = models.PositiveIntegerField()
    theirs = models.PositiveIntegerField()
    reason = models.TextField()
    at = models.DateTimeField()
    noted_at = models.DateTimeField()
    by = models.CharField(max_length=48, blank=True)
    message = models.CharField(max_length=26)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_settlement_is_ours_or_theirs", condition=Q(side__in=two_sided.SIDES)),
            models.UniqueConstraint(name="a_side_settles_two_tallies_once", fields=["tally", "side", "ours", "theirs"]),
        ]

    def __str__(self) -> str:
        return f"{self.tally_id} {self.side}"
