"""The states of a declaration, and which act may follow in which state, lane and register."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from mabar.declarations.rules import refusals

MABAR: Final = "mabar"
NATIONAL: Final = "national"
LANES: Final = ("green", "blue", "yellow", "red")  # from the mildest to the strictest
WITHDRAWN: Final = "withdrawn"  # what the other side says of an export that it has released no longer
RESULTS: Final = ("conforms", "discrepancy")

# The states in which the office works on the declaration, each with the check that leads to it.
CHECKED: Final[Mapping[str, str]] = {
    "check_documents": "documents_checked",
    "note_scan": "scanned",
    "inspect": "inspected",
}
WORKED: Final = ("lane_assigned", *CHECKED.values())
OPEN_TO_AMENDMENT: Final = ("lodged", "registered", *WORKED)
SETTLED: Final = ("guaranteed", "paid")
AFTER_SETTLEMENT: Final = (*SETTLED, "released", "closed")  # where a second assessment may still find a difference
BEFORE_RELEASE: Final = (*OPEN_TO_AMENDMENT, "assessed", *SETTLED)
ENDED: Final = ("refused", "cancelled")
DEAD: Final = frozenset(ENDED)
LIVING_STATES: Final = (*BEFORE_RELEASE, "released", "closed", *ENDED)
STATES: Final = ("draft", *LIVING_STATES)

# Which checks each lane asks for; every other check is passed over.
LANE_CHECKS: Final[Mapping[str, tuple[str, ...]]] = {
    "green": (),
    "blue": (),
    "yellow": ("check_documents",),
    "red": ("check_documents", "note_scan", "inspect"),
}
# Blue is marked for the audit after clearance; both are released without an officer's act once they are settled.
RELEASES_ITSELF: Final = frozenset({"green", "blue"})


SETTLEMENTS: Final[Mapping[str, str]] = {
    "note_payment": "payment",
    "note_guarantee": "guarantee",
    "note_refund": "refund",
    "free_guarantee": "freed",
}


@dataclass(frozen=True)
class Owing:
    """What was assessed, what of it is paid and what guaranteed, less what went back; minor units of one currency."""

    assessed_minor: int = 0
    paid_minor: int = 0
    guaranteed_minor: int = 0

    @property
    def to_cover_minor(self) -> int:
        """What is neither paid nor guaranteed."""
        return max(self.assessed_minor - self.paid_minor - self.guaranteed_minor, 0)

    @property
    def unpaid_minor(self) -> int:
        """What is not paid, be it guaranteed or not."""
        return max(self.assessed_minor - self.paid_minor, 0)

    @property
    def to_refund_minor(self) -> int:
        """What was paid beyond what is owed."""
        return max(self.paid_minor - self.assessed_minor, 0)

    @property
    def to_free_minor(self) -> int:
        """The guarantees that stand for nothing any longer: they go back whole, once all that is owed is paid."""
        return 0 if self.unpaid_minor else self.guaranteed_minor

    def after(self, kind: str, amount_minor: int) -> "Owing":
        """Give what is left after a settlement of a kind."""
        signed = amount_minor if kind in ("payment", "guarantee") else -amount_minor
        if kind in ("guarantee", "freed"):
            return replace(self, guaranteed_minor=self.guaranteed_minor + signed)
        return replace(self, paid_minor=self.paid_minor + signed)

    def asks_for(self, act: str) -> bool:
        """Tell whether an act of settling is waited for; what is guaranteed waits for no payment, but takes one."""
        return bool(self.left_for(act)) and not (act == "note_payment" and not self.to_cover_minor)

    def left_for(self, act: str) -> int:
        """Give the amount that an act of settling would settle now; 0 where it has nothing to do."""
        left = {
            "note_payment": self.to_cover_minor or self.unpaid_minor,
            "note_guarantee": self.to_cover_minor,
            "note_refund": self.to_refund_minor,
            "free_guarantee": self.to_free_minor,
        }
        return left[act]


NOTHING_OWED: Final = Owing()


def owing_in(state: str, *, assessed_minor: int | None, paid_minor: int, guaranteed_minor: int) -> Owing:
    """Give what is owed in a state, paid and guaranteed; what was refused or cancelled owes nothing."""
    return Owing(0 if state in DEAD else assessed_minor or 0, paid_minor, guaranteed_minor)


def _staying(act: str, states: Iterable[str]) -> dict[tuple[str, str], str]:
    return {(state, act): state for state in states}


def _leading(act: str, states: Iterable[str], to: str) -> dict[tuple[str, str], str]:
    return {(state, act): to for state in states}


TRANSITIONS: Final[Mapping[tuple[str, str], str]] = {
    ("draft", "lodge"): "lodged",
    ("lodged", "register"): "registered",
    ("registered", "draw_lane"): "lane_assigned",
    **_staying("change_lane", WORKED),
    **_leading("check_documents", WORKED[:1], "documents_checked"),
    **_leading("note_scan", WORKED[1:2], "scanned"),
    **_staying("assign_team", WORKED[1:3]),
    **_leading("inspect", WORKED[1:3], "inspected"),
    **_leading("assess", WORKED, "assessed"),
    ("assessed", "note_payment"): "paid",
    ("assessed", "note_guarantee"): "guaranteed",
    **_staying("reassess", ("assessed", *AFTER_SETTLEMENT)),
    **_staying("note_payment", AFTER_SETTLEMENT),
    **_staying("note_guarantee", AFTER_SETTLEMENT),
    **_staying("note_refund", (*AFTER_SETTLEMENT, *ENDED)),
    **_staying("free_guarantee", (*AFTER_SETTLEMENT, *ENDED)),
    **_leading("release", SETTLED, "released"),
    ("released", "close"): "closed",
    ("closed", "reopen"): "released",
    **_staying("amend", OPEN_TO_AMENDMENT),
    **_staying("query", BEFORE_RELEASE),
    **_staying("answer_query", BEFORE_RELEASE),
    **_staying("settle_query", BEFORE_RELEASE),
    **_staying("lapse_query", BEFORE_RELEASE),
    **_staying("note_national_state", (*BEFORE_RELEASE, "released")),
    **_staying("attach", (*BEFORE_RELEASE, "released")),
    **_staying("detach", BEFORE_RELEASE),
    **_leading("refuse", BEFORE_RELEASE, "refused"),
    **_leading("cancel", BEFORE_RELEASE, "cancelled"),
}
# What the office does itself only where Mabar is the register: the national system does it elsewhere.
OF_OUR_REGISTER: Final = frozenset(
    {
        "register",
        "draw_lane",
        "change_lane",
        *CHECKED,
        "assign_team",
        "assess",
        "note_payment",
        "note_guarantee",
        "note_refund",
        "free_guarantee",
        "reassess",
        "release",
    }
)
# While a query is open the declaration stands still.
STOPPED_BY_QUERY: Final = frozenset({*CHECKED, "assign_team", "assess", "reassess", "release", "query"})


def rank(state: str) -> int:
    """Give the place of a state in the order of the steps."""
    return STATES.index(state)


def due_checks(lane: str, *, is_scan_due: bool) -> tuple[str, ...]:
    """Give the checks that the lane asks for; the scan is made of a sample of the red lane only."""
    return tuple(check for check in LANE_CHECKS[lane] if check != "note_scan" or is_scan_due)


def next_check(state: str, lane: str, *, is_scan_due: bool) -> str | None:
    """Give the check that is due now; None when the lane asks for no more, so that the duties can be assessed."""
    due = due_checks(lane, is_scan_due=is_scan_due)
    return next((check for check in due if rank(CHECKED[check]) > rank(state)), None)


def after(act: str, state: str, *, lane: str = "", is_scan_due: bool = False) -> str:
    """Give the state in which `act` leaves the declaration.

    Raises:
        OutOfTurn: the state or the lane does not allow the act now.
    """
    if (state, act) not in TRANSITIONS:
        raise refusals.OutOfTurn(verb=act, state=state)
    if act in CHECKED or act in ("assess", "assign_team"):
        due = next_check(state, lane, is_scan_due=is_scan_due)
        if due != {"assess": None, "assign_team": "inspect"}.get(act, act):
            raise refusals.OutOfTurn(verb=act, state=state)
    return TRANSITIONS[state, act]


def next_acts(
    state: str,
    lane: str = "",
    *,
    is_scan_due: bool = False,
    is_queried: bool = False,
    register: str = MABAR,
    owing: Owing = NOTHING_OWED,
) -> tuple[str, ...]:
    """List the acts that the declaration allows now, in the order of the table."""
    return tuple(
        act
        for of_state, act in TRANSITIONS
        if of_state == state
        and _is_open(act, state, lane, is_scan_due)
        and not (is_queried and act in STOPPED_BY_QUERY)
        and (is_queried or act not in ("answer_query", "settle_query", "lapse_query"))
        and not (register == NATIONAL and act in OF_OUR_REGISTER)
        and not (register == MABAR and act == "note_national_state")
        and not (state != "assessed" and act in SETTLEMENTS and not owing.left_for(act))
        and not (act == "release" and owing.to_cover_minor)
    )


def _is_open(act: str, state: str, lane: str, is_scan_due: bool) -> bool:
    try:
        after(act, state, lane=lane, is_scan_due=is_scan_due)
    except refusals.OutOfTurn:
        return False
    return True


def check_version(seen: int | None, version: int, *, act: str, state: str) -> None:
    """Refuse an act on a declaration that somebody has written to since the reader saw it."""
    if seen is not None and seen != version:
        raise refusals.OutOfTurn(verb=act, state=state)


def check_register(act: str, register: str, *, system: str) -> None:
    """Refuse an act of our own register on what the national system registers, and the other way round."""
    if register == NATIONAL and act in OF_OUR_REGISTER:
        raise refusals.LodgedInNationalSystem(verb=act, system=system)
    if register == MABAR and act == "note_national_state":
        raise refusals.RegisteredHere(verb=act)


def check_query(act: str, *, is_queried: bool) -> None:
    """Refuse a step while a query is open."""
    if is_queried and act in STOPPED_BY_QUERY:
        raise refusals.QueryOpen(verb=act)
