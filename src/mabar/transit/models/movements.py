"""Movements under transit: at home, which alone writes to them, and as dated copies at the other nodes."""

from django.db import models
from django.db.models import Q

from mabar.base.models import Firm, Place
from mabar.transit import rules


class MovementSerial(models.Model):
    """The last number that an office of departure has given in a year; it is never given again."""

    signs = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="an_office_numbers_its_movements_once_a_year", fields=["signs", "year"]),
        ]

    def __str__(self) -> str:
        return f"{self.signs} {self.year}"


class Movement(models.Model):
    """Goods under transit, from the declaration of their holder to the discharge.

    `home` is the node of the office of departure.  On another node the row is a copy: `home_state` and `home_version`
    are what home told last, `as_of_at` when it was so there, and `state` is that with what this node has done since.
    """

    key = models.CharField(max_length=26, primary_key=True)
    number = models.CharField(max_length=rules.LONGEST_NUMBER, blank=True)
    home = models.CharField(max_length=32)
    is_home = models.BooleanField()
    place = models.ForeignKey(Place, on_delete=models.PROTECT, db_index=False, related_name="movements")
    departure = models.CharField(max_length=32, blank=True)
    destination = models.CharField(max_length=32, blank=True)
    procedure = models.CharField(max_length=12, default="electronic")
    stamp = models.CharField(max_length=35, blank=True)
    begun_at = models.DateTimeField(null=True)
    firm = models.ForeignKey(Firm, null=True, on_delete=models.PROTECT, db_index=False)
    holder_code = models.CharField(max_length=32, blank=True)
    holder_name = models.CharField(max_length=200, blank=True)
    goods = models.CharField(max_length=500, blank=True)
    packages = models.PositiveIntegerField(default=0)
    gross_mass_g = models.BigIntegerField(default=0)
    plate = models.CharField(max_length=32, blank=True)
    container = models.CharField(max_length=60, blank=True)
    declaration = models.CharField(max_length=60, blank=True)
    guarantee = models.CharField(max_length=32, blank=True)
    amount_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)
    terms = models.CharField(max_length=32)
    state = models.CharField(max_length=20)
    version = models.PositiveIntegerField(default=1)
    home_state = models.CharField(max_length=20, blank=True)
    home_version = models.PositiveIntegerField(default=0)
    as_of_at = models.DateTimeField(null=True)
    lodged_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    control = models.CharField(max_length=300, blank=True)
    released_at = models.DateTimeField(null=True)
    limit_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    arrived_office = models.CharField(max_length=32, blank=True)
    outcome = models.CharField(max_length=12, blank=True)
    results_due_at = models.DateTimeField(null=True)
    results_asked_at = models.DateTimeField(null=True)
    holder_request_due_at = models.DateTimeField(null=True)
    holder_asked_at = models.DateTimeField(null=True)
    holder_due_at = models.DateTimeField(null=True)
    holder_answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_movement_is_in_a_known_state", condition=Q(state__in=rules.STATES)),
            models.CheckConstraint(
                name="a_movement_is_electronic_or_on_paper",
                condition=Q(procedure="electronic", stamp="") | (Q(procedure="continuity") & ~Q(stamp="")),
            ),
            models.CheckConstraint(
                name="a_released_movement_has_number_and_limit",
                condition=Q(is_home=False)
                | ~Q(state__in=rules.TOLD_ABROAD)
                | Q(released_at__isnull=True)
                | (~Q(number="") & Q(limit_at__isnull=False)),
            ),
            models.UniqueConstraint(name="a_number_is_of_one_movement", fields=["number"], condition=~Q(number="")),
            models.UniqueConstraint(
                name="a_stamp_of_an_office_is_recorded_once",
                fields=["departure", "stamp"],
                condition=Q(is_home=True) & ~Q(stamp="") & ~Q(state__in=("invalidated", "not_released")),
            ),
        ]
        indexes = [
            models.Index(name="movements_of_a_desk", fields=["place", "state", "-key"]),
            models.Index(name="movements_of_a_house", fields=["firm", "-key"]),
            models.Index(name="movements_by_their_number", fields=["number"]),
        ]

    def __str__(self) -> str:
        return self.number or self.key


class MovementOffice(models.Model):
    """An office on the itinerary of a movement, and when its node was told."""

    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, db_index=False, related_name="offices")
    position = models.PositiveSmallIntegerField()
    office = models.CharField(max_length=32)
    role = models.CharField(max_length=12)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="an_office_stands_once_on_an_itinerary", fields=["movement", "office"]),
            models.CheckConstraint(name="an_office_has_a_known_role", condition=Q(role__in=rules.ROLES)),
        ]
        indexes = [models.Index(name="movements_over_an_office", fields=["office", "movement"])]

    def __str__(self) -> str:
        return f"{self.movement_id} {self.office}"


class MovementEvent(models.Model):
    """What happened to a movement, written where it happened; `is_pending` until home has told that it knows of it.

    The one change that a row ever takes is what home made of it: an act that home could not take is an incident there,
    and so everywhere.
    """

    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, db_index=False, related_name="events")
    key = models.CharField(max_length=48)
    kind = models.CharField(max_length=24)
    at = models.DateTimeField()
    noted_at = models.DateTimeField()
    office = models.CharField(max_length=32)
    by = models.CharField(max_length=48)
    facts = models.JSONField(default=dict)
    event_key = models.CharField(max_length=64, blank=True)
    position = models.PositiveIntegerField(default=0)
    is_pending = models.BooleanField(default=False)
    message = models.CharField(max_length=26, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="an_event_of_a_movement_is_kept_once", fields=["movement", "key"]),
            models.UniqueConstraint(
                name="an_act_on_a_movement_is_sent_once",
                fields=["movement", "by", "event_key"],
                condition=~Q(event_key=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.movement_id}"


class MovementQuestion(models.Model):
    """What home asks the office of destination: whether the goods arrived, or what the control found."""

    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, db_index=False, related_name="questions")
    asks = models.CharField(max_length=8)
    office = models.CharField(max_length=32)
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=16, blank=True)
    text = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_question_is_asked_once_of_an_office", fields=["movement", "asks", "office"]
            ),
            models.CheckConstraint(name="a_question_is_of_a_known_kind", condition=Q(asks__in=rules.ASKS)),
        ]

    def __str__(self) -> str:
        return f"{self.asks} {self.movement_id}"


class Fallback(models.Model):
    """A time during which an office works on paper because its node does not."""

    key = models.CharField(max_length=26, primary_key=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, db_index=False, related_name="transit_fallbacks")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_fallback_ends_after_it_began",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("began_at")),
            ),
            models.UniqueConstraint(
                name="one_fallback_is_open_at_an_office", fields=["place"], condition=Q(ended_at__isnull=True)
            ),
        ]
        indexes = [models.Index(name="fallbacks_of_an_office", fields=["place", "-began_at"])]

    def __str__(self) -> str:
        return f"{self.place_id} {self.began_at:%Y-%m-%d}"
