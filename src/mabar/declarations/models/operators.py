"""Trusted operators: the status of a firm, this side's own or a dated copy of a partner's."""

from django.db import models
from django.db.models import F, Q

from mabar.base.models import Place
from mabar.declarations.rules import operators


class OperatorStatus(models.Model):
    """The status of a firm as one customs has issued it; `partner` is empty for this side's own.

    `number` counts what its issuer has said of it, and the highest counts.  A copy is in force here once an officer has
    recognised it, under the agreement by which it was told.
    """

    key = models.CharField(max_length=26, primary_key=True)
    administration = models.CharField(max_length=8)
    partner = models.CharField(max_length=32, blank=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT)
    firm = models.CharField(max_length=32)
    name = models.CharField(max_length=operators.LONGEST_NAME, blank=True)
    kind = models.CharField(max_length=12, blank=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    terms = models.TextField(blank=True)
    state = models.CharField(max_length=10)
    number = models.PositiveIntegerField(default=1)
    reason = models.TextField(blank=True)
    issued_by = models.CharField(max_length=48, blank=True)
    # when its issuer said what counts now, and when it was known here
    said_at = models.DateTimeField()
    noted_at = models.DateTimeField()
    agreement = models.CharField(max_length=64, blank=True)
    recognised_by = models.CharField(max_length=48, blank=True)
    recognised_at = models.DateTimeField(null=True)
    recognised_under = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_status_of_an_operator_is_in_a_known_state", condition=Q(state__in=operators.STATES)
            ),
            models.CheckConstraint(
                name="a_status_ends_after_it_begins",
                condition=Q(valid_from__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="who_recognised_a_status_is_named",
                condition=Q(recognised_at__isnull=True, recognised_by="")
                | (Q(recognised_at__isnull=False) & ~Q(recognised_by="")),
            ),
            models.UniqueConstraint(
                name="a_firm_has_one_status_of_ours_that_stands",
                fields=["firm"],
                condition=Q(partner="", state__in=operators.STANDING),
            ),
        ]
        indexes = [models.Index(name="operators_by_firm", fields=["firm"])]

    def __str__(self) -> str:
        return f"{self.administration} {self.firm}"
