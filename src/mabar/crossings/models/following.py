"""The tables of following a truck."""

from django.db import models
from django.db.models import Q

from mabar.crossings.models.passages import Passage


class FollowLink(models.Model):
    """A link by which the driver follows his truck without an account; of its token only the SHA-256 is kept."""

    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="follow_links", db_index=False)
    digest = models.CharField(max_length=64, unique=True)
    given_by = models.CharField(max_length=48)
    given_at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=48, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_passage_has_one_follow_link_in_force", fields=["passage"], condition=Q(withdrawn_at=None)
            ),
            models.CheckConstraint(
                name="a_withdrawn_follow_link_names_who_withdrew_it",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by="")),
            ),
        ]

    def __str__(self) -> str:
        return self.passage_id
