"""Legal timers: one row each, written with the act that starts them."""

from django.db import models
from django.db.models import Q


class Timer(models.Model):
    """That `verb` is due on `subject`; ended by an act, or fired by the clock, never both."""

    verb = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    fired_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_timer_is_ended_or_fired_never_both",
                condition=Q(ended_at__isnull=True) | Q(fired_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="one_running_timer_per_verb_and_subject",
                fields=["verb", "subject"],
                condition=Q(ended_at__isnull=True, fired_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                name="timers_the_clock_watches",
                fields=["due_at"],
                condition=Q(ended_at__isnull=True, fired_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"
