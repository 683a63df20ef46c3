"""What is to be told, and what has been opened."""

from django.db import models


class Outgoing(models.Model):
    """A message left in the transaction of the act that caused it."""

    key = models.CharField(max_length=26, primary_key=True)
    address = models.CharField(max_length=32)
    kind = models.CharField(max_length=64)
    body = models.TextField()
    left_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=200, blank=True)
    next_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(name="messages_not_yet_opened", fields=["next_at"], condition=models.Q(done_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Opened(models.Model):
    """That a message has taken effect; its key makes opening it again do nothing."""

    key = models.CharField(max_length=26, primary_key=True)
    kind = models.CharField(max_length=64)
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
