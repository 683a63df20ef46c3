"""What this package's messages are to partner nodes: class, time to live, purpose, and fields by their paths."""

from collections.abc import Mapping

from mabar.crossings.messages import (
    ArrivalNotice,
    DiversionAnswer,
    DiversionOutcome,
    DiversionProposed,
    EntryRefused,
    ExitNotice,
    ExitUndone,
    Tally,
    TallyAsked,
    TallySettled,
)
from mabar.crossings.telling import PURPOSE
from mabar.exchange.protocol.kind_table import KindField, KindRow
from mabar.exchange.protocol.objects import OPERATIONAL

WEEK_S = 7 * 24 * 60 * 60  # a crossing may be cut off for days, and its trucks go on
_KEY = (KindField("passage"), KindField("place"))
_EVENTS = (KindField("events[].kind"), KindField("events[].at"))


_OF_TALLY = (KindField("transshipment"), KindField("place"))


def _row(kind: str, *fields: KindField, about: tuple[KindField, ...] = _KEY) -> KindRow:
    name, _, version = kind.partition("/")
    major, _, minor = version.partition(".")
    return KindRow(
        name,
        int(major),
        int(minor),
        urgency=OPERATIONAL,
        lives_s=WEEK_S,
        purposes=(PURPOSE,),
        fields=(*about, *fields),
        agencies=("customs",),
    )


def _figures(of: str) -> tuple[KindField, ...]:
    return (
        KindField(f"{of}[].reference"),
        KindField(f"{of}[].packages", "number"),
        KindField(f"{of}[].gross_mass_g", "number"),
    )


KINDS: Mapping[type, KindRow] = {
    ExitNotice: _row(
        ExitNotice.KIND,
        KindField("plate"),
        KindField("trailer_plate"),
        KindField("carrier"),
        KindField("references[]"),
        KindField("seals[]"),
        KindField("left_at"),
        *_EVENTS,
    ),
    ExitUndone: _row(ExitUndone.KIND, KindField("at")),
    ArrivalNotice: _row(
        ArrivalNotice.KIND, KindField("state", words=("arrived", "entered")), KindField("at"), *_EVENTS
    ),
    EntryRefused: _row(EntryRefused.KIND, KindField("at"), KindField("reason", content="free-text"), *_EVENTS),
    TallyAsked: _row(
        TallyAsked.KIND,
        KindField("state", words=("asked", "withdrawn")),
        KindField("plate"),
        KindField("at"),
        KindField("passage"),
        *_figures("declared"),
        about=_OF_TALLY,
    ),
    Tally: _row(
        Tally.KIND,
        KindField("number", "number"),
        KindField("plate"),
        KindField("at"),
        *_figures("counted"),
        KindField("seals[]"),
        about=_OF_TALLY,
    ),
    TallySettled: _row(
        TallySettled.KIND,
        KindField("number", "number"),
        KindField("across", "number"),
        KindField("reason", content="free-text"),
        KindField("at"),
        about=_OF_TALLY,
    ),
}

_OF_DIVERSION = (KindField("diversion"), KindField("at"), KindField("trucks[].passage"))
# What the nodes of one administration tell each other, under its standing order.
OWN_KINDS: Mapping[type, KindRow] = {
    DiversionProposed: _row(
        DiversionProposed.KIND,
        KindField("place"),
        KindField("target"),
        KindField("reason", content="free-text"),
        KindField("road_hours", "number"),
        KindField("trucks[].plate"),
        KindField("trucks[].direction"),
        about=_OF_DIVERSION,
    ),
    DiversionAnswer: _row(
        DiversionAnswer.KIND,
        KindField("target"),
        KindField("state", words=("accepted", "refused")),
        KindField("reason", content="free-text"),
        KindField("trucks[].slot_at"),
        about=_OF_DIVERSION,
    ),
    DiversionOutcome: _row(
        DiversionOutcome.KIND,
        KindField("place"),
        KindField("outcome", words=("kept", "declined", "expired", "withdrawn")),
        KindField("reason", content="free-text"),
        KindField("trucks[].plate"),
        KindField("trucks[].trailer_plate"),
        KindField("trucks[].carrier"),
        KindField("trucks[].direction"),
        KindField("trucks[].references[]"),
        KindField("trucks[].seals[]"),
        about=_OF_DIVERSION,
    ),
}
