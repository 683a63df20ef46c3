"""The numbers of an office, each given once."""

from mabar.base.models import Place
from mabar.origin import rules
from mabar.origin.models import OfficeSerial


def give(place: Place, year: int) -> str:
    """Give the next serial of an office; only inside the act that uses it, which it falls with."""
    OfficeSerial.objects.get_or_create(place=place, year=year)
    row = OfficeSerial.objects.select_for_update().get(place=place, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return rules.serial_of(place.code, year, row.last)
