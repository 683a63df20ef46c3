"""The tables of duties: tariffs, each loaded whole and never changed, and what was assessed by them."""

from django.db import models
from django.db.models import F, Q

from mabar.base.models import Administration
from mabar.duties import rules


class Table(models.Model):
    """A tariff of an administration as it was loaded; the one with the highest number is in use.

    `levies` and `groups` are as `tables` writes them; `told` counts what it changed against the one before.
    """

    key = models.CharField(max_length=26, primary_key=True)
    administration = models.ForeignKey(Administration, on_delete=models.PROTECT, db_index=False)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    is_sample = models.BooleanField()
    levies = models.JSONField()
    groups = models.JSONField()
    rates_count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    told = models.JSONField()
    by = models.CharField(max_length=48)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_tariff_number_stands_once_in_an_administration", fields=["administration", "number"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.administration_id} {self.number}"


class TableRate(models.Model):
    """A rate of a tariff; figures are exact decimal text."""

    table = models.ForeignKey(Table, on_delete=models.PROTECT, related_name="rates", db_index=False)
    levy = models.CharField(max_length=8)
    prefix = models.CharField(max_length=12, blank=True)
    form = models.CharField(max_length=8)
    percent = models.CharField(max_length=40, blank=True)
    amount = models.CharField(max_length=40, blank=True)
    unit = models.CharField(max_length=8, blank=True)
    origins = models.CharField(max_length=200, blank=True)
    preference = models.CharField(max_length=200, blank=True)
    proof = models.CharField(max_length=200, blank=True)
    procedure = models.CharField(max_length=12, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    basis = models.CharField(max_length=200)
    line = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_rate_has_a_known_form", condition=Q(form__in=[*rules.Form])),
            models.CheckConstraint(name="a_rate_names_its_basis", condition=~Q(basis="")),
        ]
        indexes = [models.Index(name="rates_of_goods", fields=["table", "prefix"])]

    def __str__(self) -> str:
        return f"{self.levy} {self.prefix}"


class RequiredPaper(models.Model):
    """That goods must come with a paper; it is ended by a last day, never changed otherwise."""

    key = models.CharField(max_length=26, primary_key=True)
    administration = models.ForeignKey(Administration, on_delete=models.PROTECT, db_index=False)
    paper = models.CharField(max_length=8)
    prefix = models.CharField(max_length=12, blank=True)
    flow = models.CharField(max_length=8, blank=True)
    procedure = models.CharField(max_length=12, blank=True)
    origin = models.CharField(max_length=2, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    basis = models.CharField(max_length=200)
    by = models.CharField(max_length=48)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_requirement_names_its_basis", condition=~Q(basis="")),
            models.CheckConstraint(
                name="a_requirement_ends_after_it_began", condition=Q(until_on=None) | Q(until_on__gte=F("from_on"))
            ),
        ]
        indexes = [models.Index(name="papers_of_goods", fields=["administration", "prefix"])]

    def __str__(self) -> str:
        return f"{self.paper} {self.prefix}"


class Assessment(models.Model):
    """What a declaration was assessed to owe by a tariff: the first, or one after something else was found.

    `found` is what differs from the declaration, item by item; `lines` every step of the way, so that it is read again
    as it was; `before_minor` what was assessed before, null in the first.
    """

    declaration = models.ForeignKey(
        "declarations.Declaration", on_delete=models.PROTECT, related_name="duties", db_index=False
    )
    number = models.PositiveIntegerField()
    table = models.ForeignKey(Table, on_delete=models.PROTECT, db_index=False)
    day = models.DateField()
    total_minor = models.BigIntegerField()
    before_minor = models.BigIntegerField(null=True)
    totals = models.JSONField()
    found = models.JSONField()
    lines = models.JSONField()
    reason = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=48)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="an_assessment_number_stands_once", fields=["declaration", "number"]),
            models.CheckConstraint(
                name="a_second_assessment_has_a_reason", condition=Q(before_minor=None) | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declaration_id} {self.number}"
