"""The exchanged lists of designated officials, and the deadlines of each agreement."""

from django.db import models
from django.db.models import Q

from mabar.assistance import rules


class OfficialsList(models.Model):
    """One version of the list of one administration, whole; an earlier one stays, to tell who was on it when.

    `entries` are code, post, first and last day; a list names no person.
    """

    administration = models.CharField(max_length=2)
    node = models.CharField(max_length=32)
    version = models.PositiveIntegerField()
    entries = models.JSONField(default=list)
    at = models.DateTimeField()
    message = models.CharField(max_length=26, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_list_of_officials_has_each_version_once", fields=["node", "version"])
        ]

    def __str__(self) -> str:
        return f"{self.node} {self.version}"


class AgreementDeadlines(models.Model):
    """The deadlines agreed with an administration from an instant on; the newest row counts."""

    administration = models.CharField(max_length=2)
    acknowledge_hours = models.PositiveSmallIntegerField()
    urgent_hours = models.PositiveSmallIntegerField()
    confirm_hours = models.PositiveSmallIntegerField()
    query_hours = models.PositiveSmallIntegerField()
    normal_days = models.PositiveSmallIntegerField()
    origin_days = models.PositiveSmallIntegerField()
    complete_days = models.PositiveSmallIntegerField()
    queries_an_hour = models.PositiveSmallIntegerField()
    # the purposes for which a query is answered without an officer
    at_once = models.JSONField(default=list)
    basis = models.TextField()
    from_at = models.DateTimeField()
    by = models.CharField(max_length=48)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="every_deadline_leaves_time", condition=Q(**{f"{name}__gte": 1 for name in rules.NAMES})
            )
        ]
        indexes = [models.Index(name="deadlines_of_an_agreement", fields=["administration", "-from_at", "-id"])]

    def __str__(self) -> str:
        return f"{self.administration} {self.from_at:%Y-%m-%d}"
