"""What came from the crossing across ahead of a truck."""

from django.db import models
from django.db.models import Q

from mabar.base.models import Firm, Place

RELEASED, WITHDRAWN = "released", "withdrawn"


class Advance(models.Model):
    """A declaration of export as a partner node has told of it: a dated copy, which only its messages change.

    `record` is the document as it was received, with fields that this program does not know.  `draft` is the key of the
    draft of import made from it, which is that of the declaration when it is lodged.  Instants stay after the rest is
    erased: they tell how long before the truck the data came.
    """

    key = models.CharField(max_length=26, primary_key=True)
    partner = models.CharField(max_length=32)
    message = models.CharField(max_length=26, unique=True)
    declaration = models.CharField(max_length=26)
    reference = models.CharField(max_length=80, blank=True)
    office = models.CharField(max_length=16, blank=True)
    # the code of the firm that exports, by which its status is found
    exporter = models.CharField(max_length=40, blank=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT)
    record = models.TextField(blank=True)
    items_left_out = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10)
    released_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    age_s = models.PositiveBigIntegerField()
    replaced_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    draft = models.CharField(max_length=26, blank=True)
    claimed_by = models.ForeignKey(Firm, null=True, on_delete=models.PROTECT, db_index=False)
    claimed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_advance_is_released_or_withdrawn", condition=Q(state__in=[RELEASED, WITHDRAWN])
            ),
            models.UniqueConstraint(
                name="one_advance_counts_for_a_declaration_across",
                fields=["partner", "declaration"],
                condition=Q(replaced_at=None),
            ),
        ]
        indexes = [
            models.Index(name="advances_by_reference", fields=["reference"]),
            models.Index(name="advances_of_a_draft", fields=["draft"]),
        ]

    def __str__(self) -> str:
        return f"{self.partner} {self.reference or self.declaration}"


class AdvanceTruck(models.Model):
    """A truck that carries what came ahead of it: the key of its passage across, and its plate."""

    advance = models.ForeignKey(Advance, on_delete=models.CASCADE, related_name="trucks")
    passage = models.CharField(max_length=26, blank=True)
    plate = models.CharField(max_length=40, blank=True)
    plate_key = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(name="advances_of_a_passage", fields=["passage"]),
            models.Index(name="advances_of_a_plate", fields=["plate_key"]),
        ]

    def __str__(self) -> str:
        return self.plate or self.passage
