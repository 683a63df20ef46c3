"""Who registers, and the numbers that our own register gives."""

from django.db import models
from django.db.models import Q

from mabar.base.models import Place
from mabar.declarations import rules


class Register(models.Model):
    """That from a day on, declarations of a regime and flow are registered by Mabar or by the national system.

    An empty regime or flow stands for every one that has no row of its own.  Where Mabar does not register at once,
    a registrar does it at the counter.
    """

    place = models.ForeignKey(Place, on_delete=models.PROTECT)
    regime = models.CharField(max_length=24, blank=True)
    flow = models.CharField(max_length=8, blank=True)
    keeper = models.CharField(max_length=10)
    system = models.CharField(max_length=40, blank=True)
    office = models.CharField(max_length=16)
    is_at_once = models.BooleanField(default=True)
    from_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mabar_or_a_named_national_system_registers",
                condition=Q(keeper=rules.MABAR, system="") | (Q(keeper=rules.NATIONAL) & ~Q(system="")),
            ),
            models.UniqueConstraint(name="one_keeper_from_a_day_on", fields=["place", "regime", "flow", "from_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.regime or '*'} {self.flow or '*'}: {self.keeper}"


class Series(models.Model):
    """The next serial of an office, a year and a letter; taken under a lock, never given back."""

    office = models.CharField(max_length=16)
    year = models.PositiveIntegerField()
    letter = models.CharField(max_length=1)
    next_serial = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_series_stands_once", fields=["office", "year", "letter"]),
        ]

    def __str__(self) -> str:
        return f"{self.office}-{self.year}-{self.letter}"


class VoidSerial(models.Model):
    """A serial that no declaration bears, and why."""

    office = models.CharField(max_length=16)
    year = models.PositiveIntegerField()
    letter = models.CharField(max_length=1)
    serial = models.PositiveBigIntegerField()
    explanation = models.CharField(max_length=500)
    by = models.CharField(max_length=48)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_serial_is_voided_once", fields=["office", "year", "letter", "serial"]),
            models.CheckConstraint(name="a_void_serial_is_explained", condition=~Q(explanation="")),
        ]

    def __str__(self) -> str:
        return rules.number_of(self.office, self.year, self.letter, self.serial)
