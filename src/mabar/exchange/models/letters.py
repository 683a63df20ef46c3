"""What is to be told, here and abroad, and what has been opened here."""

from django.db import models


class Outgoing(models.Model):
    """A message left in the transaction of the act that caused it.

    One to "here" stays, marked done.  One to a partner node waits until it is numbered, and then becomes a `Sent`; one
    that may not go stays, with the code of its refusal, for its author to see.
    """

    key = models.CharField(max_length=26, primary_key=True)
    address = models.CharField(max_length=32)
    kind = models.CharField(max_length=64)
    subject = models.CharField(max_length=48, blank=True)
    body = models.TextField()
    left_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=200, blank=True)
    next_at = models.DateTimeField()
    # of messages to partner nodes only
    urgency = models.PositiveSmallIntegerField(default=2)
    purpose = models.CharField(max_length=48, blank=True)
    expires_at = models.DateTimeField(null=True)
    author = models.CharField(max_length=48, blank=True)
    code = models.CharField(max_length=48, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [
            # the worker: what waits to be opened here
            models.Index(name="messages_not_yet_opened", fields=["next_at"], condition=models.Q(done_at__isnull=True)),
            # the numberer: what waits for a partner, in the order of its making
            models.Index(
                name="messages_not_yet_numbered",
                fields=["address", "urgency", "key"],
                condition=models.Q(done_at__isnull=True),
            ),
            # who left it: what of mine did not go
            models.Index(name="messages_of_an_author", fields=["author", "-key"], condition=~models.Q(author="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Opened(models.Model):
    """That a message to "here" has taken effect; its key makes opening it again do nothing."""

    key = models.CharField(max_length=26, primary_key=True)
    kind = models.CharField(max_length=64)
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
