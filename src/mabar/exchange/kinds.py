"""Which kinds of message this node knows, who opens them, and what they are to partner nodes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mabar.exchange.messages import Message
from mabar.exchange.protocol import documents, never
from mabar.exchange.protocol.kind_table import CONTROL_ROWS, KindRow, parts_of
from mabar.exchange.protocol.objects import BUSINESS
from mabar.exchange.protocol.refused import Refused

Opener = Callable[[Any, datetime], object]
_DRILL = "exchange.drill/"  # the one control kind whose messages are about something
_openers: dict[str, tuple[type[Any], list[Opener]]] = {}


@dataclass(frozen=True)
class Letter:
    """What an opener is told of a partner's message beside the message itself.

    `age_s` is how long it was on its way by this node's clock, corrected by the measured offset.
    """

    partner: str
    key: str
    kind: str
    document: dict[str, Any]
    purpose: str
    terms: str
    age_s: float
    is_late: bool
    at: datetime


PartnerOpener = Callable[[Any, Letter], object]
Eraser = Callable[[str, str, datetime], object]  # of what partner and message a desk still holds, and when


@dataclass(frozen=True)
class PartnerKind:
    """A kind that crosses to partner nodes: its row, its class here, who opens it, from which agency to which.

    `subject` names the field whose messages are opened in order even where one is held; empty for none.  `eraser`
    removes what the desk has made of a message when that is due.
    """

    row: KindRow
    message: type[Any]
    opener: PartnerOpener
    agency: str
    to_agencies: tuple[str, ...]
    subject: str = ""
    handling: int = 1
    eraser: Eraser | None = None

    @property
    def urgency(self) -> int:
        """The class in which its messages go; only answers, which are no partner kind, have none of their own."""
        return BUSINESS if self.row.urgency is None else self.row.urgency


_partner_kinds: dict[tuple[str, int], PartnerKind] = {}


def register(kind: type[Message], opener: Opener) -> None:
    """Name a package's opener for a kind: `opener(message, at)` calls one command.

    Raises:
        ValueError: the name of the kind has no package or version, or stands for another class.
    """
    package, _, rest = kind.KIND.partition(".")
    if not package or "/" not in rest:
        raise ValueError(f"{kind.KIND} is not package.name/version")
    known, openers = _openers.setdefault(kind.KIND, (kind, []))
    if known is not kind:
        raise ValueError(f"{kind.KIND} stands for two classes")
    if opener not in openers:
        openers.append(opener)


def of(name: str) -> tuple[type[Any], list[Opener]]:
    """Give the class and the openers of a kind; a kind that nobody here opens has no openers.

    Raises:
        KeyError: no package has registered it.
    """
    return _openers[name]


def is_known(name: str) -> bool:
    """Tell whether some package opens this kind."""
    return name in _openers


def register_for_partners(kind: PartnerKind) -> None:
    """Name a kind that crosses the border, and who opens it when it comes from there.

    Raises:
        Refused: `policy.never`.
        ValueError: the row is of another kind than the class, or the name and major stand for another class.
    """
    if kind.row.kind != kind.message.KIND:
        raise ValueError(f"{kind.message.KIND} is not {kind.row.kind}")
    never.check_kind(kind.row)
    known = _partner_kinds.setdefault((kind.row.name, kind.row.major), kind)
    if known.message is not kind.message:
        raise ValueError(f"{kind.row.kind} stands for two classes")


def for_partners(name: str) -> PartnerKind | None:
    """Give what this node knows of a kind written `package.name/major.minor`; the minor may be another than its own."""
    parts = parts_of(name)
    return _partner_kinds.get(parts[:2]) if parts else None


def subject_of(name: str, document: object) -> str:
    """Read what a message of a kind is about; empty where its kind or its document does not tell."""
    kind = for_partners(name)
    field = "subject" if name.startswith(_DRILL) else kind.subject if kind else ""
    return str(document.get(field, ""))[:48] if field and isinstance(document, dict) else ""


def subject_in(name: str, payload: bytes) -> str:
    """Read what a message of a kind is about out of its payload; empty where that is no document."""
    try:
        return subject_of(name, documents.read(payload))
    except Refused:
        return ""


def partner_kinds() -> list[PartnerKind]:
    """List the kinds that cross the border, by name."""
    return [_partner_kinds[key] for key in sorted(_partner_kinds)]


def rows() -> list[KindRow]:
    """List what each kind is, control kinds too."""
    return [*CONTROL_ROWS, *(kind.row for kind in partner_kinds())]
