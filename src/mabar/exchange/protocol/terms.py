"""Terms of an agreement, and a standing order: what they say, and when that makes sense (section 8)."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

from mabar.exchange.protocol import paths
from mabar.exchange.protocol.documents import MOST_PATHS
from mabar.exchange.protocol.kind_table import is_control, parts_of
from mabar.exchange.protocol.objects import ADMINISTRATION
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.statements import CODE

NEVER, WITH_CONSENT = ONWARD = ("never", "with-consent")
SUITES = (1, 2)
_LONGEST_KEPT_DAYS = 36_525  # a hundred years
_MOST_FLASH = 3_600


@dataclass(frozen=True)
class Party:
    """An administration that is bound, and those of its agencies that may write and be written to."""

    administration: str
    agencies: tuple[str, ...]


@dataclass(frozen=True)
class Article:
    """A legal basis: the article, the day of the text, and its name."""

    article: str
    dated_on: date
    text: str


@dataclass(frozen=True)
class Floor:
    """The lowest suite from a day on."""

    from_on: date
    suite: int


@dataclass(frozen=True)
class KindTerms:
    """What may pass of one kind: whose, to whom, for what, which fields, how long it is kept, whether it goes on."""

    kind: str
    senders: tuple[str, ...]
    to_agencies: tuple[str, ...]
    purposes: tuple[str, ...]
    fields: tuple[str, ...]
    masked: tuple[str, ...]
    retention_days: int
    onward: str

    @property
    def parts(self) -> tuple[str, int, int]:
        """Name, major and minor of the kind.

        Raises:
            ValueError: the kind has another form, which terms that were read never have.
        """
        found = parts_of(self.kind)
        if found is None:
            raise ValueError(f"{self.kind} is not package.name/major.minor")
        return found


@dataclass(frozen=True)
class Terms:
    """Terms between two administrations, or the standing order of one."""

    name: str
    version: int
    parties: tuple[Party, ...]
    legal_basis: tuple[Article, ...]
    purposes: tuple[str, ...]
    kinds: tuple[KindTerms, ...]
    flash_per_hour: int
    suite_floor: tuple[Floor, ...]
    valid_from: date
    valid_to: date
    review_on: date
    oversight: tuple[str, ...]
    replaces: str | None

    @property
    def administrations(self) -> tuple[str, ...]:
        """The administrations that are bound, in their order."""
        return tuple(party.administration for party in self.parties)


def require_sound(terms: Terms) -> None:
    """Let pass terms that say one thing only, and nothing that could not be kept.

    Raises:
        Refused: a code of `terms.*`, with the kind where it concerns one.
    """
    for check in _CHECKS:
        check(terms)
    sound = _Sound.of(terms)
    seen: set[tuple[str, int, str]] = set()
    for kind in terms.kinds:
        sound.require(kind)
        name, major, _minor = kind.parts
        for key in ((name, major, sender) for sender in kind.senders):
            _require(key not in seen, "terms.kind", kind=kind.kind)
            seen.add(key)


def _require(is_so: bool, code: str, **facts: int | str) -> None:
    if not is_so:
        raise Refused(code, **{name: fact if isinstance(fact, int) else fact[:64] for name, fact in facts.items()})


def _are_listed(values: Sequence[str], of: Callable[[str], object]) -> bool:
    """Tell whether there is at least one, none twice, and each is `of` what is listed."""
    return 0 < len(values) == len(set(values)) and all(of(value) for value in values)


def _name_of(terms: Terms, version: str) -> str:
    return rf"{'-'.join(terms.administrations)}\.[a-z0-9-]+\.{version}"


def _check_parties(terms: Terms) -> None:
    is_so = len(terms.parties) in (1, 2) and _are_listed(terms.administrations, ADMINISTRATION.fullmatch)
    _require(is_so, "terms.parties", parties=len(terms.parties))
    for party in terms.parties:
        _require(_are_listed(party.agencies, CODE.fullmatch), "terms.parties", party=party.administration)


def _check_name(terms: Terms) -> None:
    is_so = terms.version > 0 and CODE.fullmatch(terms.name) is not None  # a statement has room for no longer one
    is_so = is_so and re.fullmatch(_name_of(terms, str(terms.version)), terms.name) is not None
    _require(is_so, "terms.name", name=terms.name)


def _check_replaced(terms: Terms) -> None:
    if terms.replaces is not None:
        is_so = re.fullmatch(_name_of(terms, "[1-9][0-9]*"), terms.replaces) is not None
        _require(is_so and terms.replaces != terms.name, "terms.replaces", name=terms.replaces)


def _check_dates(terms: Terms) -> None:
    _require(terms.valid_from <= terms.review_on <= terms.valid_to, "terms.dates")


def _check_floor(terms: Terms) -> None:
    """The floor covers the first day, and rises: a lower one later would be the downgrade it is there against."""
    days = [floor.from_on for floor in terms.suite_floor]
    suites = [floor.suite for floor in terms.suite_floor]
    is_so = bool(days) and days[0] <= terms.valid_from and days == sorted(set(days)) and suites == sorted(suites)
    _require(is_so and set(suites) <= set(SUITES), "terms.suite")


def _check_rest(terms: Terms) -> None:
    _require(len(terms.legal_basis) > 0, "terms.legal-basis")
    _require(_are_listed(terms.purposes, CODE.fullmatch), "terms.purpose")
    _require(0 <= terms.flash_per_hour <= _MOST_FLASH, "terms.flash", flash_per_hour=terms.flash_per_hour)
    _require(len(terms.oversight) == len(terms.parties), "terms.oversight")
    _require(len(terms.kinds) > 0, "terms.kind")


_CHECKS = (_check_parties, _check_name, _check_replaced, _check_dates, _check_floor, _check_rest)


@dataclass(frozen=True)
class _Sound:
    """What each kind of some terms is held against, made once for all of them."""

    agencies: dict[str, frozenset[str]]
    purposes: frozenset[str]

    @staticmethod
    def of(terms: Terms) -> "_Sound":
        agencies = {party.administration: frozenset(party.agencies) for party in terms.parties}
        return _Sound(agencies, frozenset(terms.purposes))

    def require(self, kind: KindTerms) -> None:
        is_kind = parts_of(kind.kind) is not None and not is_control(kind.kind)
        _require(is_kind, "terms.kind", kind=kind.kind)
        _require(_are_listed(kind.senders, self.agencies.__contains__), "terms.direction", kind=kind.kind)
        _require(self._is_addressed(kind), "terms.agency", kind=kind.kind)
        _require(_are_listed(kind.purposes, self.purposes.__contains__), "terms.purpose", kind=kind.kind)
        _require_fields(kind)
        _require(1 <= kind.retention_days <= _LONGEST_KEPT_DAYS, "terms.retention", kind=kind.kind)
        _require(kind.onward in ONWARD, "terms.onward", kind=kind.kind, onward=kind.onward)

    def _is_addressed(self, kind: KindTerms) -> bool:
        """Tell whether each addressee is an agency of a receiver, and each receiver has one."""
        receivers = [self.agencies[each] for each in self._receivers(kind.senders)]
        if not _are_listed(kind.to_agencies, lambda agency: any(agency in each for each in receivers)):
            return False
        return all(any(agency in each for agency in kind.to_agencies) for each in receivers)

    def _receivers(self, senders: Collection[str]) -> list[str]:
        if len(self.agencies) == 1 or len(senders) > 1:
            return list(self.agencies)
        return [each for each in self.agencies if each not in senders]


def _require_fields(kind: KindTerms) -> None:
    is_listed = _are_listed(kind.fields, paths.is_path) and len(kind.fields) <= MOST_PATHS
    _require(is_listed, "terms.field", kind=kind.kind)
    try:
        paths.tree(kind.fields)
    except ValueError as conflict:
        raise Refused("terms.field", kind=kind.kind, field=str(conflict)) from None
    is_within = len(set(kind.masked)) == len(kind.masked) and set(kind.masked) <= set(kind.fields)
    _require(is_within, "terms.masked", kind=kind.kind)
