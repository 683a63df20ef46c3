"""What both sides have signed of a stream's log, and what proves that one of them lied."""

from django.db import models

from mabar.exchange.models.streams import Stream


class SignedHead(models.Model):
    """A head of a stream as the writer signed it and the reader countersigned it, each as an item."""

    stream = models.ForeignKey(Stream, on_delete=models.PROTECT)
    size = models.BigIntegerField()
    root = models.BinaryField()
    head = models.BinaryField(null=True)
    receipt = models.BinaryField(null=True)
    pq_head = models.BinaryField(null=True)
    pq_receipt = models.BinaryField(null=True)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_head_a_size", fields=["stream", "size"])]

    def __str__(self) -> str:
        return f"{self.stream_id} {self.size}"


class LogNode(models.Model):
    """A complete node of a stream's tree, from level 8 up; those below are made from the statements again."""

    stream = models.ForeignKey(Stream, on_delete=models.PROTECT)
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_hash_a_log_node", fields=["stream", "level", "index"])]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Reopening(models.Model):
    """That one side lets a closed stream go on in its next epoch: the head at which it ends, and what its node signed.

    Of this side there is no item before its second officer; of the other side only what came is known.
    """

    stream = models.ForeignKey(Stream, on_delete=models.PROTECT)
    is_own = models.BooleanField()
    size = models.BigIntegerField(default=0)
    root = models.BinaryField()
    item = models.BinaryField(null=True)
    officers = models.JSONField(default=list)
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_reopening_a_side", fields=["stream", "is_own"])]

    def __str__(self) -> str:
        return f"{self.stream_id} {'own' if self.is_own else 'theirs'} {self.size}"


class Evidence(models.Model):
    """A bundle that proves what a partner has done, or what was said (docs/wire/mx1.md, 9.2)."""

    digest = models.CharField(max_length=64, primary_key=True)
    claim = models.PositiveSmallIntegerField()
    stream = models.ForeignKey(Stream, null=True, on_delete=models.PROTECT)
    guilty = models.CharField(max_length=32, blank=True)
    bundle = models.BinaryField()
    found_at = models.DateTimeField()
    # the partner's clock less ours when it was found; null where that was never measured (mx1.md, 10.2)
    offset_ms = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.claim} {self.guilty}"
