"""The nodes this one speaks with, and what certifies them."""

from django.db import models


class Partner(models.Model):
    """A node of this or another administration with which streams exist, and how the line to it is doing."""

    code = models.CharField(max_length=32, primary_key=True)
    since_at = models.DateTimeField()
    # the engineer has cut the line: nothing goes and nothing is taken, and all waits
    is_cut = models.BooleanField(default=False)
    tried_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    fault = models.CharField(max_length=200, blank=True)
    next_at = models.DateTimeField(null=True)
    # the other's clock less ours, from its last greeting
    offset_ms = models.BigIntegerField(null=True)
    # the instant of its last greeting; the latest instant of a greeting of ours that it has heard; and of our first
    # greeting since this node was restored from a backup: before it has heard that, nothing is numbered for it
    greeted_ms = models.BigIntegerField(null=True)
    heard_ms = models.BigIntegerField(null=True)
    restored_ms = models.BigIntegerField(null=True)
    # what it wants back of its own, as its last greeting says
    wanted = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.code


class TrustItem(models.Model):
    """A root record, descriptor, stop or settle as it came, and for a root record who has confirmed it."""

    digest = models.CharField(max_length=64, primary_key=True)
    type = models.PositiveSmallIntegerField()
    item = models.BinaryField()
    of = models.CharField(max_length=32)
    number = models.PositiveIntegerField()
    arrived_at = models.DateTimeField()
    confirmed_by = models.JSONField(default=list)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(name="trust_items_of_a_node", fields=["of", "type", "number"])]

    def __str__(self) -> str:
        return f"{self.type} {self.of} {self.number}"
