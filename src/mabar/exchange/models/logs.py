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


class Evidence(models.Model):
    """A bundle that proves what a partner has done, or what was said (docs/wire/mx1.md, 9.2)."""

    digest = models.CharField(max_length=64, primary_key=True)
    claim = models.PositiveSmallIntegerField()
    stream = models.ForeignKey(Stream, null=True, on_delete=models.PROTECT)
    guilty = models.CharField(max_length=32, blank=True)
    bundle = models.BinaryField()
    found_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.claim} {self.guilty}"
