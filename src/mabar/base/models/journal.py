"""The journal's tables.  Triggers keep every row as it was written; see `triggers.py`."""

from django.db import models


class JournalLine(models.Model):
    """One act: who, what, on which subject, when, where, on which mandate, and the salted digest of its facts."""

    actor = models.CharField(max_length=48)
    verb = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)
    at = models.DateTimeField()
    place = models.CharField(max_length=32, blank=True)
    mandate = models.CharField(max_length=48)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(name="journal_of_a_subject", fields=["subject", "id"])]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"


class JournalFacts(models.Model):
    """The facts of a line and their salt; only the erasure of what is due removes this row."""

    line = models.OneToOneField(JournalLine, primary_key=True, on_delete=models.PROTECT, related_name="facts")
    salt = models.CharField(max_length=32)
    body = models.TextField()
    retention = models.CharField(max_length=16)
    due_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(name="facts_due_for_erasure", fields=["due_on"])]


class JournalErasure(models.Model):
    """That the facts of a line were due and are gone; without this row they cannot be deleted."""

    line = models.OneToOneField(JournalLine, primary_key=True, on_delete=models.PROTECT, related_name="erasure")
    erased_on = models.DateField()


class JournalPending(models.Model):
    """A committed line that the sealer has not placed yet."""

    line = models.OneToOneField(JournalLine, primary_key=True, on_delete=models.PROTECT, related_name="pending")


class JournalSeal(models.Model):
    """The dense position of a line in the log, and the hash of its leaf."""

    position = models.BigIntegerField(primary_key=True)
    line = models.OneToOneField(JournalLine, on_delete=models.PROTECT, related_name="seal")
    leaf = models.CharField(max_length=64)


class JournalHead(models.Model):
    """The log after `size` lines: its root, the hashes from which it grows on, and the node's signature."""

    size = models.BigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    frontier = models.JSONField()
    signed_at = models.DateTimeField()
    key_id = models.CharField(max_length=16)
    signature = models.CharField(max_length=128)
