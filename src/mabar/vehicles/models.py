"""The tables of the vehicles."""

from django.db import models
from django.db.models import F, Q

from mabar.base.models import Firm, Place
from mabar.vehicles import rules

LONGEST_PLATE = 32


class StayTerm(models.Model):
    """How long a kind of vehicle may stay for a purpose, from a day on; the newest row of a day counts."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(max_length=12)
    purpose = models.CharField(max_length=16)
    days = models.PositiveSmallIntegerField()
    most_days = models.PositiveSmallIntegerField()
    legal_basis = models.TextField()
    from_on = models.DateField()
    by = models.CharField(max_length=48)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_term_of_a_day_stands_once", fields=["place", "kind", "purpose", "from_on"]),
            models.CheckConstraint(
                name="a_term_gives_days_and_an_extension_no_fewer",
                condition=Q(days__gte=1, most_days__gte=F("days"), most_days__lte=rules.LONGEST_TERM),
            ),
            models.CheckConstraint(
                name="a_term_is_of_a_known_kind_and_purpose",
                condition=Q(kind__in=rules.KINDS, purpose__in=rules.PURPOSES),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.kind} {self.purpose}"


class VehiclePass(models.Model):
    """The temporary admission of one vehicle, once, from its prefilling until it is settled.

    Its place is where it is expected to enter, then where it entered; its days are counted there.
    """

    key = models.CharField(max_length=26, primary_key=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, db_index=False, related_name="vehicle_passes")
    kind = models.CharField(max_length=12)
    purpose = models.CharField(max_length=16)
    plate = models.CharField(max_length=LONGEST_PLATE)
    plate_key = models.CharField(max_length=48)
    plate_country = models.CharField(max_length=2)
    chassis = models.CharField(max_length=17)
    make = models.CharField(max_length=60, blank=True)
    # the number that another system gave when it prefilled the pass
    reference = models.CharField(max_length=40, blank=True)
    # the declarant's house that prefilled it, and may take it back
    firm = models.ForeignKey(Firm, null=True, on_delete=models.PROTECT, db_index=False)
    state = models.CharField(max_length=12)
    version = models.PositiveIntegerField(default=1)
    prefilled_at = models.DateTimeField()
    entered_at = models.DateTimeField(null=True)
    days = models.PositiveSmallIntegerField(null=True)
    # the term of the day of entry: a later change of the table does not reach those who are here
    first_days = models.PositiveSmallIntegerField(null=True)
    most_days = models.PositiveSmallIntegerField(null=True)
    legal_basis = models.TextField(blank=True)
    last_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)
    exited_at = models.DateTimeField(null=True)
    exit_place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    outcome = models.CharField(max_length=12, blank=True)
    receipt = models.CharField(max_length=40, blank=True)
    ended_at = models.DateTimeField(null=True)
    holder_erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_pass_is_in_a_known_state", condition=Q(state__in=rules.STATES)),
            models.CheckConstraint(
                name="a_pass_is_of_a_known_kind_and_purpose",
                condition=Q(kind__in=rules.KINDS, purpose__in=rules.PURPOSES),
            ),
            models.CheckConstraint(
                name="a_vehicle_in_the_country_has_a_last_day",
                condition=~Q(state__in=rules.IN_COUNTRY)
                | Q(entered_at__isnull=False, days__gte=1, last_on__isnull=False, due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_stay_to_be_settled_is_due_and_not_ended",
                condition=~Q(state__in=rules.UNSETTLED) | Q(overdue_at__isnull=False, ended_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="a_chassis_has_one_live_pass", fields=["chassis"], condition=Q(state__in=rules.LIVE)
            ),
            models.UniqueConstraint(
                name="a_plate_has_one_live_pass",
                fields=["plate_country", "plate_key"],
                condition=Q(state__in=rules.LIVE),
            ),
        ]
        indexes = [
            models.Index(name="passes_by_plate", fields=["plate_key"]),
            models.Index(name="passes_by_chassis", fields=["chassis"]),
            models.Index(name="passes_by_reference", fields=["reference"]),
            models.Index(name="vehicle_passes_of_a_firm", fields=["firm", "key"], condition=Q(firm__isnull=False)),
            # no list of states: SQLite takes such an index only where the question writes the list out
            models.Index(
                name="stays_to_be_settled",
                fields=["place", "due_at", "key"],
                condition=Q(overdue_at__isnull=False, ended_at__isnull=True),
            ),
            models.Index(name="prefillings_of_a_day", fields=["place", "prefilled_at"]),
            models.Index(name="entries_of_a_day", fields=["place", "entered_at"]),
            models.Index(name="exits_of_a_day", fields=["exit_place", "exited_at"]),
            models.Index(name="stays_by_last_day", fields=["place", "last_on"], condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.plate} {self.key}"


class PassHolder(models.Model):
    """Who answers for the vehicle, as the paper needs it.

    Nothing looks for it, lists it or joins it: it has no index and no key but the pass, and it is erased when its
    retention ends.
    """

    vehicle_pass = models.OneToOneField(VehiclePass, primary_key=True, on_delete=models.PROTECT, related_name="holder")
    name = models.CharField(max_length=120)
    document = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return str(self.vehicle_pass_id)


class PassPaper(models.Model):
    """A paper of a pass that was made and kept: it bears the holder's name, so it goes when he is erased."""

    vehicle_pass = models.ForeignKey(VehiclePass, on_delete=models.PROTECT, db_index=False, related_name="papers")
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_paper_of_a_pass_is_named_once", fields=["vehicle_pass", "sha256"])
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class PassEvent(models.Model):
    """What happened to a pass; a row is never changed."""

    vehicle_pass = models.ForeignKey(VehiclePass, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=24)
    at = models.DateTimeField()
    by = models.CharField(max_length=48)
    event_key = models.CharField(max_length=64, blank=True)
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, db_index=False)
    facts = models.JSONField(default=dict)
    state_before = models.CharField(max_length=12, blank=True)
    state_after = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_sender_sends_an_event_of_a_pass_once",
                fields=["vehicle_pass", "by", "event_key"],
                condition=~Q(event_key=""),
            ),
            models.UniqueConstraint(
                name="a_sender_prefills_a_pass_once",
                fields=["by", "event_key"],
                condition=Q(kind="prefill") & ~Q(event_key=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.vehicle_pass_id}"
