"""The declaration as desks see it, its items, its versions word for word, and the drafts of those not yet lodged."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from mabar.base.models import Firm, Place
from mabar.declarations import rules


class Declaration(models.Model):
    """What lists, desks and rules need to know; the whole record as it was declared lies in `Version`."""

    key = models.CharField(max_length=26, primary_key=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, db_index=False)
    office = models.CharField(max_length=16)
    flow = models.CharField(max_length=8)
    regime = models.CharField(max_length=24)
    firm = models.ForeignKey(Firm, null=True, on_delete=models.PROTECT, db_index=False)
    lodged_by = models.CharField(max_length=48)
    state = models.CharField(max_length=20)
    version = models.PositiveIntegerField(default=1)
    lane = models.CharField(max_length=8, blank=True)
    is_scan_due = models.BooleanField(default=False)

    register = models.CharField(max_length=10)
    number = models.CharField(max_length=40, blank=True)
    registered_at = models.DateTimeField(null=True)
    national_system = models.CharField(max_length=40, blank=True)
    national_reference = models.CharField(max_length=80, blank=True)
    national_on = models.DateField(null=True)
    claimed_state = models.CharField(max_length=20, blank=True)
    received_at = models.DateTimeField(null=True)
    received_from = models.CharField(max_length=120, blank=True)
    is_provisional = models.BooleanField(default=False)

    trader_reference = models.CharField(max_length=80, blank=True)
    consignee = models.CharField(max_length=200, blank=True)
    exporter = models.CharField(max_length=200, blank=True)
    declarant = models.CharField(max_length=200, blank=True)
    items_count = models.PositiveIntegerField()
    packages = models.PositiveBigIntegerField()
    gross_mass_g = models.PositiveBigIntegerField()
    net_mass_g = models.PositiveBigIntegerField()
    invoice_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    content_digest = models.CharField(max_length=64)

    lodged_at = models.DateTimeField()
    lane_at = models.DateTimeField(null=True)
    documents_checked_at = models.DateTimeField(null=True)
    scanned_at = models.DateTimeField(null=True)
    inspected_at = models.DateTimeField(null=True)
    assessed_at = models.DateTimeField(null=True)
    assessed_minor = models.BigIntegerField(null=True)
    assessed_currency = models.CharField(max_length=3, blank=True)
    # less what was given back
    paid_minor = models.BigIntegerField(default=0)
    guaranteed_minor = models.BigIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=500, blank=True)
    suspended_at = models.DateTimeField(null=True)
    suspended_s = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_declaration_is_in_a_known_state", condition=Q(state__in=rules.LIVING_STATES)
            ),
            models.CheckConstraint(name="a_lane_has_a_known_colour", condition=Q(lane__in=["", *rules.LANES])),
            models.CheckConstraint(
                name="only_our_own_register_gives_our_numbers", condition=Q(number="") | Q(register=rules.MABAR)
            ),
            models.CheckConstraint(
                name="net_mass_of_a_declaration_is_within_gross", condition=Q(net_mass_g__lte=F("gross_mass_g"))
            ),
            models.UniqueConstraint(name="a_number_is_given_once", fields=["number"], condition=~Q(number="")),
            models.UniqueConstraint(
                "place",
                Coalesce("firm", Value("")),
                "content_digest",
                name="the_same_content_is_the_same_declaration",
                condition=~Q(state__in=sorted(rules.DEAD)),
            ),
        ]
        indexes = [
            models.Index(name="declarations_of_a_desk", fields=["place", "state", "-key"]),
            models.Index(name="declarations_of_a_place", fields=["place", "-key"]),
            models.Index(name="declarations_of_a_house", fields=["firm", "state", "-key"]),
            models.Index(name="newest_papers_of_a_house", fields=["firm", "-key"]),
            models.Index(name="declarations_of_a_regime", fields=["place", "regime", "-key"]),
            # not only where there is a number: SQLite uses no partial index for a value given at run time
            models.Index(name="who_bears_a_number", fields=["number"]),
            models.Index(name="who_bears_a_national_reference", fields=["national_reference"]),
            models.Index(name="who_bears_a_trader_reference", fields=["trader_reference"]),
            models.Index(
                name="what_is_left_to_cover",
                fields=["place", "state", "key"],
                condition=Q(assessed_minor__gt=F("paid_minor") + F("guaranteed_minor")),
            ),
            models.Index(
                name="what_is_left_to_refund",
                fields=["place", "state", "key"],
                condition=Q(paid_minor__gt=F("assessed_minor")),
            ),
            # of those that ended before release, what goes back is what was paid; no list of states: SQLite takes such
            # an index only where the question writes the list out
            models.Index(
                name="what_was_paid",
                fields=["place", "state", "key"],
                condition=Q(paid_minor__gt=0),
            ),
            models.Index(
                name="guarantees_that_run", fields=["place", "state", "key"], condition=Q(guaranteed_minor__gt=0)
            ),
            models.Index(
                name="declarations_under_query", fields=["place", "-key"], condition=Q(suspended_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.national_reference or self.key

    @property
    def owing(self) -> rules.Owing:
        """What is owed, paid and guaranteed."""
        return rules.owing_in(
            self.state,
            assessed_minor=self.assessed_minor,
            paid_minor=self.paid_minor,
            guaranteed_minor=self.guaranteed_minor,
        )


class Item(models.Model):
    """One item of the newest version, as lists, search and desks need it."""

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="items", db_index=False)
    number = models.PositiveIntegerField()
    hs_code = models.CharField(max_length=16, blank=True)
    origin = models.CharField(max_length=4, blank=True)
    description = models.CharField(max_length=1000, blank=True)
    packages = models.PositiveBigIntegerField()
    gross_mass_g = models.PositiveBigIntegerField(null=True)
    net_mass_g = models.PositiveBigIntegerField(null=True)
    price_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    procedure = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="an_item_number_stands_once", fields=["declaration", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.declaration_id}/{self.number}"


class Version(models.Model):
    """The whole record as it was declared or amended; never changed."""

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    record = models.TextField()
    content_digest = models.CharField(max_length=64)
    source = models.CharField(max_length=64, null=True)
    source_name = models.CharField(max_length=255, blank=True)
    source_format = models.CharField(max_length=32, blank=True)
    by = models.CharField(max_length=48)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_version_number_stands_once", fields=["declaration", "number"]),
        ]
        indexes = [models.Index(name="who_lodged_this_content", fields=["content_digest"])]

    def __str__(self) -> str:
        return f"{self.declaration_id} v{self.number}"


class Draft(models.Model):
    """A declaration being written, or an amendment of one; it has no legal effect and goes when it is lodged.

    A draft made from what came across is nobody's until a firm claims it; `inherited` tells by path what was taken
    over, and what has become of it.
    """

    key = models.CharField(max_length=26, primary_key=True)
    firm = models.ForeignKey(Firm, null=True, on_delete=models.PROTECT, db_index=False)
    actor = models.CharField(max_length=48)
    place = models.ForeignKey(Place, on_delete=models.PROTECT)
    amends = models.ForeignKey(Declaration, null=True, on_delete=models.PROTECT, related_name="amendments")
    source = models.CharField(max_length=64, blank=True)
    source_name = models.CharField(max_length=255, blank=True)
    source_format = models.CharField(max_length=32, blank=True)
    record = models.TextField()
    advance = models.CharField(max_length=26, blank=True, db_index=True)
    inherited = models.JSONField(default=dict)
    flow = models.CharField(max_length=8, blank=True)
    regime = models.CharField(max_length=24, blank=True)
    trader_reference = models.CharField(max_length=80, blank=True)
    party = models.CharField(max_length=200, blank=True)
    items_count = models.PositiveIntegerField(default=0)
    step = models.CharField(max_length=24)
    saved_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(name="drafts_of_a_house", fields=["firm", "-saved_at"]),
            models.Index(name="drafts_of_an_actor", fields=["actor", "-saved_at"]),
        ]

    def __str__(self) -> str:
        return self.key
