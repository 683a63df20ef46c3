"""What duties refuse, each with its stable code."""

from mabar.lib.refusals import Refusal


class DutiesRefusal(Refusal):
    """A refusal whose sentences lie with the duties."""

    package = "duties"


class QuantityMissing(DutiesRefusal):
    """A rate is by a unit in which the item tells no quantity."""

    def __init__(self, *, item: int, unit: str, levy: str) -> None:
        super().__init__(item=item, unit=unit, levy=levy)


class NoRate(DutiesRefusal):
    """The tariff says nothing of some goods on the day, not even that they are exempt."""

    def __init__(self, *, items: str, day: str) -> None:
        super().__init__(items=items, day=day)


class ValueMissing(DutiesRefusal):
    """An item tells no customs value in the currency of the tariff."""

    def __init__(self, *, item: int, currency: str) -> None:
        super().__init__(item=item, currency=currency)


class NoTariff(DutiesRefusal):
    """No tariff is loaded for the administration of the place."""

    def __init__(self, *, administration: str) -> None:
        super().__init__(administration=administration)


class TariffFaulty(DutiesRefusal):
    """A file of the tariff has faults; nothing of it is loaded."""

    def __init__(self, *, count: int, first: str) -> None:
        super().__init__(count=count, first=first)


class TariffUnnamed(DutiesRefusal):
    """The tariff bears no name by which people know it."""


class TariffChanged(DutiesRefusal):
    """Another tariff was loaded since the report of changes was made."""

    def __init__(self, *, seen: int, now: int) -> None:
        super().__init__(seen=seen, now=now)


class SameTariff(DutiesRefusal):
    """The tariff is the one in use already."""

    def __init__(self, *, number: int) -> None:
        super().__init__(number=number)


class PaperRequiredBefore(DutiesRefusal):
    """Another requirement asks for the same paper of the same goods on one of the days."""

    def __init__(self, *, paper: str, since: str) -> None:
        super().__init__(paper=paper, since=since)


class DayBeforeStart(DutiesRefusal):
    """The last day comes before the first."""

    def __init__(self, *, until: str, start: str) -> None:
        super().__init__(until=until, start=start)


class PapersFaulty(DutiesRefusal):
    """The table of required papers has faults; nothing of it is taken."""

    def __init__(self, *, count: int, first: str) -> None:
        super().__init__(count=count, first=first)


class FoundUnfit(DutiesRefusal):
    """What was found cannot be: a code without goods, a country that is not, a value below zero."""

    def __init__(self, *, item: int, what: str, value: str) -> None:
        super().__init__(item=item, what=what, value=value)
