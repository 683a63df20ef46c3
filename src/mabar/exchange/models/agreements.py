"""The machine-readable terms of agreements, on their way into force and in it."""

from django.db import models


class Agreement(models.Model):
    """Terms, or a standing order, by name; the item both roots have signed stands beside the document."""

    name = models.CharField(max_length=48, primary_key=True)
    document = models.BinaryField()
    item = models.BinaryField(null=True)
    is_standing_order = models.BooleanField(default=False)
    proposed_by = models.CharField(max_length=48)
    proposed_at = models.DateTimeField()
    # a proposal that neither side wants any more
    withdrawn_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField()
    replaced_by = models.CharField(max_length=48, blank=True)

    def __str__(self) -> str:
        return self.name


class Signing(models.Model):
    """One signature of a root key holder under terms that are not yet signed by all."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT)
    administration = models.CharField(max_length=2)
    key_id = models.CharField(max_length=16)
    signature = models.BinaryField()
    brought_by = models.CharField(max_length=48)
    brought_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="a_key_signs_terms_once", fields=["agreement", "key_id"])]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.key_id}"


class Suspension(models.Model):
    """That a party has stopped kinds of an agreement, from when, until it lifts that again."""

    key = models.CharField(max_length=26, primary_key=True)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT)
    by = models.CharField(max_length=32)
    kinds = models.JSONField(default=list)
    reason = models.CharField(max_length=500)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(name="suspensions_in_force", fields=["agreement"], condition=models.Q(until_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.from_at}"
