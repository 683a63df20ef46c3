"""Streams: what was said and heard, in its order."""

from django.db import models
from django.db.models import Q


class Stream(models.Model):
    """One writer, one reader, one class, one epoch (docs/wire/mx1.md, 1); this node is the writer or the reader."""

    partner = models.ForeignKey("exchange.Partner", on_delete=models.PROTECT)
    is_outward = models.BooleanField()
    urgency = models.PositiveSmallIntegerField()
    epoch = models.PositiveIntegerField(default=1)
    # how many are numbered (outward) or stored (inward), and the log's right edge
    size = models.BigIntegerField(default=0)
    frontier = models.JSONField(default=list)
    # outward: how far R1 reaches; inward: how far messages have been opened
    settled = models.BigIntegerField(default=0)
    # outward: the last number that has gone, and the last of each batch that is not answered yet
    sent_up_to = models.BigIntegerField(default=0)
    under_way = models.JSONField(default=list)
    # outward: the largest size of which the reader has ever told; inward: that of the last own R1
    told_size = models.BigIntegerField(default=0)
    # inward: the last own R1 as an item, and heads of the writer that wait for statements
    receipt = models.BinaryField(null=True)
    ahead = models.JSONField(default=list)
    # inward: number of the writer's descriptor in the last envelope
    descriptor = models.PositiveIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)
    pq_size = models.BigIntegerField(default=0)
    pq_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_code = models.CharField(max_length=48, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_stream_a_direction_class_and_epoch", fields=["partner", "is_outward", "urgency", "epoch"]
            ),
            models.CheckConstraint(name="a_stream_has_one_of_four_classes", condition=Q(urgency__lte=3)),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} {'out' if self.is_outward else 'in'} {self.urgency}/{self.epoch}"


class Sent(models.Model):
    """A numbered message to a partner: its statement for ever, its payload until it is due for erasure."""

    stream = models.ForeignKey(Stream, on_delete=models.PROTECT)
    seq = models.BigIntegerField()
    message = models.CharField(max_length=26)
    kind = models.CharField(max_length=64)
    subject = models.CharField(max_length=48, blank=True)
    suite = models.PositiveSmallIntegerField()
    descriptor = models.PositiveIntegerField()
    statement = models.BinaryField()
    salt = models.BinaryField(null=True)
    payload = models.BinaryField(null=True)
    purpose = models.CharField(max_length=48, blank=True)
    terms = models.CharField(max_length=48, blank=True)
    author = models.CharField(max_length=48, blank=True)
    left_at = models.DateTimeField()
    numbered_at = models.DateTimeField()
    # what the other answered by rule (R2), and what was done there (R3)
    said = models.CharField(max_length=8, blank=True)
    code = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)
    answered_at = models.DateTimeField(null=True)
    acted = models.CharField(max_length=8, blank=True)
    acted_at = models.DateTimeField(null=True)
    erase_on = models.DateField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_sent_message_a_number", fields=["stream", "seq"])]
        indexes = [
            models.Index(name="sent_by_message", fields=["message"]),
            models.Index(name="sent_about_a_subject", fields=["subject", "id"], condition=~Q(subject="")),
            models.Index(name="sent_by_an_author", fields=["author", "-id"], condition=~Q(author="")),
            models.Index(name="sent_and_not_answered", fields=["stream", "seq"], condition=Q(said="")),
            models.Index(name="sent_and_not_accepted", fields=["said", "id"], condition=~Q(said__in=["", "accepted"])),
            models.Index(name="sent_due_for_erasure", fields=["erase_on"], condition=Q(payload__isnull=False)),
            # oversight counts a day without reading a message
            models.Index(
                name="sent_under_terms",
                fields=["numbered_at", "kind", "stream", "terms", "purpose"],
                condition=~Q(terms=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.seq}"


class Received(models.Model):
    """A stored message of a partner: its statement for ever, its payload until it is due for erasure."""

    stream = models.ForeignKey(Stream, on_delete=models.PROTECT)
    seq = models.BigIntegerField()
    message = models.CharField(max_length=26)
    kind = models.CharField(max_length=64)
    subject = models.CharField(max_length=48, blank=True)
    suite = models.PositiveSmallIntegerField()
    descriptor = models.PositiveIntegerField()
    statement = models.BinaryField()
    salt = models.BinaryField(null=True)
    payload = models.BinaryField(null=True)
    # as the statement says them; control kinds have none
    purpose = models.CharField(max_length=48, blank=True)
    terms = models.CharField(max_length=48, blank=True)
    stored_at = models.DateTimeField()
    said = models.CharField(max_length=8, blank=True)
    code = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)
    opened_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    is_disputed = models.BooleanField(default=False)
    # the sender was told that it was acted upon (R3)
    is_acted = models.BooleanField(default=False)
    erase_on = models.DateField(null=True)
    erased_at = models.DateTimeField(null=True)
    # when the sender said that it has erased its own copy
    sender_erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_received_message_a_number", fields=["stream", "seq"])]
        indexes = [
            models.Index(name="received_by_message", fields=["message"]),
            models.Index(name="received_about_a_subject", fields=["subject", "id"], condition=~Q(subject="")),
            models.Index(name="received_and_not_opened", fields=["stream", "seq"], condition=Q(said="")),
            models.Index(
                name="received_and_not_accepted", fields=["said", "id"], condition=~Q(said__in=["", "accepted"])
            ),
            models.Index(name="received_due_for_erasure", fields=["erase_on"], condition=Q(payload__isnull=False)),
            # oversight counts a day without reading a message
            models.Index(
                name="received_under_terms",
                fields=["stored_at", "kind", "stream", "terms", "purpose"],
                condition=~Q(terms=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.seq}"


class Effect(models.Model):
    """That a message of a partner has taken effect here: kept for ever, so that it never does twice."""

    partner = models.CharField(max_length=32)
    message = models.CharField(max_length=26)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_effect_a_message", fields=["partner", "message"])]

    def __str__(self) -> str:
        return f"{self.partner} {self.message}"


class Drill(models.Model):
    """A drill that a partner has sent: it changes nothing, and shows that the line and both nodes work."""

    partner = models.CharField(max_length=32)
    message = models.CharField(max_length=26)
    number = models.BigIntegerField()
    subject = models.CharField(max_length=48)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="drills_of_a_partner", fields=["partner", "-id"])]

    def __str__(self) -> str:
        return f"{self.partner} {self.number}"
