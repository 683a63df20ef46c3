"""The transshipment at kilometre zero: its states, its trucks, its seals, and who must have seen it.  Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from json import dumps

from mabar.crossings.rules.transshipping_refusals import (
    NotAtThisCrossing,
    NothingToTransship,
    NotResealed,
    OtherServiceNeeded,
    SameOfficer,
    SameTruck,
    SomethingLoaded,
    TransshipmentOutOfTurn,
    TransshipmentUnderWay,
    WaysDiffer,
)

STATES = ("opened", "unloading", "tallied", "stopped", "accepted", "loading", "agreed", "done", "abandoned")
UNDER_WAY = STATES[:7]

# (state, act): state.  `stop` is what a confirmed tally does that does not balance.
TRANSITIONS: Mapping[tuple[str, str], str] = {
    ("", "open_transshipment"): "opened",
    ("opened", "note_unloading"): "unloading",
    ("unloading", "note_tally"): "tallied",
    ("tallied", "confirm_tally"): "accepted",
    ("tallied", "stop"): "stopped",
    ("tallied", "note_tally"): "tallied",
    ("tallied", "note_loading"): "tallied",
    ("stopped", "note_loading"): "stopped",
    ("stopped", "note_tally"): "tallied",
    ("stopped", "decide_difference"): "accepted",
    ("accepted", "note_tally"): "tallied",
    ("accepted", "note_loading"): "loading",
    ("loading", "note_loading"): "loading",
    ("loading", "note_tally"): "tallied",
    ("loading", "sign_protocol"): "agreed",
    ("agreed", "note_loading"): "loading",
    ("agreed", "note_tally"): "tallied",
    ("agreed", "countersign_protocol"): "done",
    **{(state, "abandon_transshipment"): "abandoned" for state in UNDER_WAY},
}
# Here no tally stands on which a truck could be loaded: what lies on one may only come off it again.
ONLY_OFF = ("tallied", "stopped")
BESIDE: Mapping[str, tuple[str, ...]] = {"note_empty_exit": ("done",)}

# Of the declared gross mass; packages have none.  A term of the administrations, this is the product's first value.
TOLERANCE_PERCENT = "1"


def after(act: str, state: str) -> str:
    """Give the state that follows `act` in `state`.

    Raises:
        TransshipmentOutOfTurn: the act has no place in this state.
    """
    if (state, act) not in TRANSITIONS:
        raise TransshipmentOutOfTurn(verb=act, state=state)
    return TRANSITIONS[state, act]


def check_beside(act: str, state: str) -> None:
    """Refuse an act beside the states that this one does not allow.

    Raises:
        TransshipmentOutOfTurn: see `BESIDE`.
    """
    if state not in BESIDE[act]:
        raise TransshipmentOutOfTurn(verb=act, state=state)


def check_only_off(state: str, *, is_only_off: bool) -> None:
    """Refuse to load a truck while no tally is accepted; to take goods off it is no loading.

    Raises:
        TransshipmentOutOfTurn.
    """
    if not is_only_off:
        raise TransshipmentOutOfTurn(verb="note_loading", state=state)


def check_version(act: str, state: str, *, seen: int | None, now: int) -> None:
    """Refuse an act on a record that somebody else has written to since the actor saw it.

    Raises:
        TransshipmentOutOfTurn: the versions differ.
    """
    if seen is not None and seen != now:
        raise TransshipmentOutOfTurn(verb=act, state=state)


@dataclass(frozen=True)
class TruckSeen:
    """A truck as the transshipment sees it."""

    plate: str
    plate_key: str
    place: str
    direction: str


def check_pair(unloaded: TruckSeen, onward: TruckSeen) -> None:
    """Refuse a truck that cannot take the goods on: they go the way they went, from one truck to another, here.

    Raises:
        NotAtThisCrossing, WaysDiffer, SameTruck.
    """
    if unloaded.place != onward.place:
        raise NotAtThisCrossing(plate=onward.plate, place=unloaded.place)
    if unloaded.plate_key == onward.plate_key:
        raise SameTruck(plate=onward.plate)
    if unloaded.direction != onward.direction:
        raise WaysDiffer(plate=onward.plate, unloaded=unloaded.plate)


def check_declared(plate: str, declarations: Sequence[object]) -> None:
    """Refuse to unload a truck that has no declaration: nothing says what there is to count.

    Raises:
        NothingToTransship.
    """
    if not declarations:
        raise NothingToTransship(plate=plate)


def check_free(plate: str, *, under_way: str | None) -> None:
    """Refuse what may not be done to a truck while its goods change truck.

    Raises:
        TransshipmentUnderWay: names the truck.
    """
    if under_way is not None:
        raise TransshipmentUnderWay(plate=plate, key=under_way)


def check_nothing_loaded(plates: Iterable[str]) -> None:
    """Refuse to abandon while goods lie on other trucks.

    Raises:
        SomethingLoaded: names the trucks.
    """
    laden = list(plates)
    if laden:
        raise SomethingLoaded(plates=", ".join(laden))


def check_resealed(*, broken: Sequence[str], seals_by_plate: Mapping[str, Sequence[str]]) -> None:
    """Refuse to let goods that came under seal go on without one.

    Raises:
        NotResealed: names the trucks.
    """
    bare = [plate for plate, seals in seals_by_plate.items() if not seals]
    if broken and bare:
        raise NotResealed(plates=", ".join(bare))


@dataclass(frozen=True)
class Witness:
    """Who counted or signed; a device has no service."""

    key: str
    service: str

    @property
    def is_officer(self) -> bool:
        """Whether a person of a customs service saw it."""
        return bool(self.service)


def check_second(witness: Witness, before: Sequence[Witness], *, services: Sequence[str]) -> None:
    """Refuse a second who is the first, or who is of the same service where both services work at this node.

    Raises:
        SameOfficer, OtherServiceNeeded.
    """
    if witness.key in [each.key for each in before]:
        raise SameOfficer(officer=witness.key)
    seen = {each.service for each in before if each.is_officer}
    wanted = [service for service in services if service not in seen]
    if len(services) > 1 and seen and witness.service not in wanted:
        raise OtherServiceNeeded(service=", ".join(wanted) or "–")


def is_joint(witnesses: Iterable[Witness]) -> bool:
    """Tell whether two officers have seen it."""
    return len({each.key for each in witnesses if each.is_officer}) >= 2


def digest_of(protocol: Mapping[str, object]) -> str:
    """Give the SHA-256 of a protocol, the same for the same figures."""
    return sha256(dumps(protocol, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
