"""Who acts, and on what mandate."""

from typing import ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from mabar.base.models.places import Agency, Place


class Firm(models.Model):
    """A broker's, trader's or carrier's house; its people see only its papers."""

    code = models.CharField(max_length=32, primary_key=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16)

    def __str__(self) -> str:
        return self.name


class Actor(AbstractBaseUser):
    """An officer, a declarant of a firm, a station, a partner node, or the node itself."""

    OFFICER, DECLARANT, STATION, PARTNER, NODE = "officer", "declarant", "station", "partner", "node"

    key = models.CharField(max_length=48, unique=True)
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=120)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT)
    firm = models.ForeignKey(Firm, null=True, on_delete=models.PROTECT)
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT)
    language = models.CharField(max_length=2, default="ar")
    is_active = models.BooleanField(default=True)
    # until when a password that somebody else knows opens the account; empty once the actor has chosen his own
    one_time_until_at = models.DateTimeField(null=True)

    objects: ClassVar[BaseUserManager[Self]] = BaseUserManager()

    USERNAME_FIELD = "key"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_actor_is_of_a_known_kind",
                condition=Q(kind__in=["officer", "declarant", "station", "partner", "node"]),
            ),
            models.CheckConstraint(
                name="only_a_declarant_belongs_to_a_firm",
                condition=Q(kind="declarant", firm__isnull=False) | (~Q(kind="declarant") & Q(firm__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Post(models.Model):
    """A function in an agency, or in a firm where the agency is empty; its verbs stand in `data/posts.yaml`."""

    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT)
    function = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_function_stands_once_in_an_agency", fields=["agency", "function"], nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency_id or 'firm'}:{self.function}"


class Mandate(models.Model):
    """That an actor holds a post at a place from day to day; an empty place means every place of the node."""

    actor = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="mandates")
    post = models.ForeignKey(Post, on_delete=models.PROTECT)
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_mandate_ends_after_it_begins",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            )
        ]
        indexes = [models.Index(name="mandates_of_an_actor", fields=["actor", "from_on"])]

    def __str__(self) -> str:
        return f"M-{self.pk}"


class ApiKey(models.Model):
    """A station's key: only its hash is kept, and it opens only the named verbs until it expires or is revoked."""

    actor = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="api_keys")
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.prefix
