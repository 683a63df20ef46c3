"""The tables of the crossings."""

from django.db import models
from django.db.models import F, Q

from mabar.base.models import Agency, Firm, Place
from mabar.crossings import rules


class Crossing(models.Model):
    """What a place has as a crossing; unknown coordinates stay empty, and are exact decimal text."""

    place = models.OneToOneField(Place, primary_key=True, on_delete=models.PROTECT, related_name="crossing")
    aliases = models.JSONField(default=list)
    office_code = models.CharField(max_length=10, blank=True)
    latitude = models.CharField(max_length=16, null=True)
    longitude = models.CharField(max_length=16, null=True)
    gates = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(name="a_crossing_has_a_gate", condition=Q(gates__gte=1))]

    def __str__(self) -> str:
        return str(self.place_id)


class OpeningEvent(models.Model):
    """That the crossing was opened or closed to goods or persons; the newest one counts."""

    crossing = models.ForeignKey(Crossing, on_delete=models.PROTECT, related_name="openings", db_index=False)
    kind = models.CharField(max_length=8)
    is_open = models.BooleanField()
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    by = models.CharField(max_length=48)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_crossing_opens_to_goods_or_persons", condition=Q(kind__in=rules.KINDS_OF_TRAFFIC)
            )
        ]
        indexes = [models.Index(name="opening_of_a_crossing", fields=["crossing", "kind", "at"])]


class WorkingHours(models.Model):
    """From which day on the crossing works on which days of the week, and from when to when; the newest one counts."""

    crossing = models.ForeignKey(Crossing, on_delete=models.PROTECT, related_name="hours", db_index=False)
    from_on = models.DateField()
    weekdays = models.JSONField(default=list)  # as ISO 8601 counts them, 1 for Monday
    opens_minute = models.PositiveSmallIntegerField()
    closes_minute = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=48)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="working_hours_begin_once_on_a_day", fields=["crossing", "from_on"]),
            models.CheckConstraint(
                name="working_hours_end_after_they_begin",
                condition=Q(opens_minute__lt=F("closes_minute"), closes_minute__lte=24 * 60),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.crossing_id} {self.from_on}"


class Lane(models.Model):
    """A lane of the yard, and the colours of the trucks that drive to it."""

    crossing = models.ForeignKey(Crossing, on_delete=models.PROTECT, related_name="lanes", db_index=False)
    number = models.PositiveSmallIntegerField()
    colours = models.JSONField(default=list)
    is_open = models.BooleanField(default=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_lane_number_stands_once_at_a_crossing", fields=["crossing", "number"])
        ]

    def __str__(self) -> str:
        return f"{self.crossing_id} {self.number}"


class Passage(models.Model):
    """One truck, once, at one crossing in one direction, from its announcement until it has left."""

    key = models.CharField(max_length=26, primary_key=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, db_index=False)
    direction = models.CharField(max_length=5)
    plate = models.CharField(max_length=rules.LONGEST_PLATE)
    plate_key = models.CharField(max_length=48)
    trailer_plate = models.CharField(max_length=rules.LONGEST_PLATE, blank=True)
    carrier = models.TextField(blank=True)
    # the declarant's house that announced the truck, and may withdraw it
    firm = models.ForeignKey(Firm, null=True, on_delete=models.PROTECT, db_index=False)
    state = models.CharField(max_length=12)
    is_empty = models.BooleanField(null=True)
    seals = models.JSONField(default=list)
    announced_at = models.DateTimeField()
    expected_at = models.DateTimeField(null=True)
    queued_at = models.DateTimeField(null=True)
    gate_in_at = models.DateTimeField(null=True)
    weighed_at = models.DateTimeField(null=True)
    presented_at = models.DateTimeField(null=True)
    gate_out_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    gross_mass_g = models.BigIntegerField(null=True)
    tare_mass_g = models.BigIntegerField(null=True)
    gate = models.PositiveSmallIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)
    # the key of the truck's passage at the crossing it came from
    origin = models.CharField(max_length=26, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_passage_is_in_a_known_state", condition=Q(state__in=rules.STATES)),
            models.CheckConstraint(name="a_passage_enters_or_exits", condition=Q(direction__in=rules.DIRECTIONS)),
            models.CheckConstraint(
                name="a_tare_lies_within_its_gross_mass",
                condition=Q(gross_mass_g__isnull=True)
                | Q(gross_mass_g__gt=0, tare_mass_g__isnull=True)
                | Q(gross_mass_g__gt=0, tare_mass_g__gte=0, tare_mass_g__lte=F("gross_mass_g")),
            ),
            models.UniqueConstraint(
                name="a_truck_has_one_live_passage_a_place_and_direction",
                fields=["place", "direction", "plate_key"],
                condition=Q(state__in=rules.LIVE),
            ),
        ]
        indexes = [
            models.Index(name="passages_listed", fields=["place", "state", "key"]),
            models.Index(name="passages_by_plate", fields=["plate_key"]),
            models.Index(name="passages_of_a_firm", fields=["firm", "key"], condition=Q(firm__isnull=False)),
            models.Index(name="passage_across", fields=["origin"], condition=Q(origin__isnull=False)),
            models.Index(name="announcements_of_a_day", fields=["place", "announced_at"]),
            models.Index(name="arrivals_of_a_day", fields=["place", "queued_at"]),
            models.Index(name="gate_ins_of_a_day", fields=["place", "gate_in_at"]),
            models.Index(name="gate_outs_of_a_day", fields=["place", "gate_out_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.plate} {self.key}"


class FarSide(models.Model):
    """What the node of the crossing across has told of the same truck: a dated copy, which only its messages change."""

    passage = models.OneToOneField(Passage, primary_key=True, on_delete=models.PROTECT, related_name="far_side")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, db_index=False)
    key = models.CharField(max_length=26, blank=True)
    state = models.CharField(max_length=12)
    events = models.JSONField(default=list)
    references = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    told_at = models.DateTimeField()
    message = models.CharField(max_length=26)

    def __str__(self) -> str:
        return f"{self.place_id} {self.state}"


class PassageEvent(models.Model):
    """What happened to a passage.  A row is never changed: a correction is a row that names what it undoes."""

    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=24)
    at = models.DateTimeField()
    by = models.CharField(max_length=48)
    event_key = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)
    state_before = models.CharField(max_length=12, blank=True)
    state_after = models.CharField(max_length=12)
    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="corrected_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_sender_sends_an_event_of_a_passage_once",
                fields=["passage", "by", "event_key"],
                condition=~Q(event_key=""),
            ),
            models.UniqueConstraint(
                name="a_sender_sends_an_announcement_once",
                fields=["by", "event_key"],
                condition=Q(kind="announce") & ~Q(event_key=""),
            ),
        ]
        indexes = [models.Index(name="turn_backs_of_a_day", fields=["at"], condition=Q(kind="turn_back"))]

    def __str__(self) -> str:
        return f"{self.kind} {self.passage_id}"


class PassageDeclaration(models.Model):
    """What of a declaration a truck carries.  The crossing knows the number, never the declaration."""

    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="declarations", db_index=False)
    declaration = models.CharField(max_length=26)
    reference = models.CharField(max_length=64)
    packages = models.PositiveIntegerField()
    gross_mass_g = models.PositiveBigIntegerField()
    lane = models.CharField(max_length=6, blank=True)
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_declaration_is_on_a_truck_once", fields=["passage", "declaration"]),
            models.CheckConstraint(
                name="a_declaration_has_a_known_lane_or_none", condition=Q(lane__in=["", *rules.LANES])
            ),
        ]
        indexes = [models.Index(name="passages_of_a_declaration", fields=["declaration"])]

    def __str__(self) -> str:
        return self.reference


class Hold(models.Model):
    """That an agency keeps a truck from leaving; the reason is for its own desks, never for the wall."""

    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="holds")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, db_index=False)
    wants = models.TextField()
    reason = models.TextField()
    desk = models.CharField(max_length=3, blank=True)
    placed_by = models.CharField(max_length=48)
    placed_at = models.DateTimeField()
    lifted_by = models.CharField(max_length=48, blank=True)
    lifted_at = models.DateTimeField(null=True)
    lift_note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_lifted_hold_names_who_lifted_it",
                condition=Q(lifted_at__isnull=True, lifted_by="") | (Q(lifted_at__isnull=False) & ~Q(lifted_by="")),
            )
        ]
        indexes = [
            models.Index(name="open_holds_of_an_agency", fields=["agency", "placed_at"], condition=Q(lifted_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.passage_id}"
