"""What a kind of message is, told by the package that has it, and the closed list of control kinds (section 7.3)."""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from mabar.exchange.protocol.documents import MOST_PATHS
from mabar.exchange.protocol.objects import BUSINESS, CLASSES, OPERATIONAL
from mabar.exchange.protocol.paths import is_path

KIND = re.compile(r"[a-z][a-z0-9-]{0,31}\.[a-z][a-z0-9-]{0,31}/(?:0|[1-9][0-9]{0,3})\.(?:0|[1-9][0-9]{0,3})")
Holds: TypeAlias = Literal["text", "number", "truth"]
Content: TypeAlias = Literal["plain", "free-text", "attachment"]


def parts_of(kind: str) -> tuple[str, int, int] | None:
    """Part `package.name/major.minor` into name, major and minor; None when it is no kind."""
    if KIND.fullmatch(kind) is None:
        return None
    name, _, version = kind.partition("/")
    major, _, minor = version.partition(".")
    return name, int(major), int(minor)


@dataclass(frozen=True)
class KindField:
    """A leaf of a kind's documents.

    Free text and attachments are told apart, because no rule on fields says what is written in them.
    `words` is the closed list of what a text may be; empty where it is not closed.
    """

    path: str
    holds: Holds = "text"
    content: Content = "plain"
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class KindRow:
    """A kind as its package registers it.

    `urgency` is the class; None for answers, which go in the class of what they answer.  `lives_s` is how long it is
    worth acting on.  `agencies` are those it is made for, empty for any.  `origin` is the path of the administration
    whose records the message is made from, `consent` that of the ids of the messages by which it let them go on;
    a kind without them never carries another's records.
    """

    name: str
    major: int
    minor: int
    urgency: int | None
    lives_s: int | None
    purposes: tuple[str, ...] = ()
    fields: tuple[KindField, ...] = ()
    agencies: tuple[str, ...] = ()
    origin: str = ""
    consent: str = ""
    is_control: bool = False

    def __post_init__(self) -> None:
        paths = [field.path for field in self.fields]
        if parts_of(self.kind) is None:
            raise ValueError(f"{self.kind} is not package.name/major.minor")
        if self.urgency not in CLASSES and not (self.urgency is None and self.is_control):
            raise ValueError(f"{self.kind} has no class")
        if not all(is_path(path) for path in paths) or not len(set(paths)) == len(paths) <= MOST_PATHS:
            raise ValueError(f"{self.kind} has a field that is none, or one twice, or more than {MOST_PATHS}")
        if not {self.origin, self.consent} - {""} <= set(paths):
            raise ValueError(f"{self.kind} tells origin or consent in a field that it does not have")

    @property
    def kind(self) -> str:
        """The kind as statements and terms write it."""
        return f"{self.name}/{self.major}.{self.minor}"


# Needed before there are terms, and to stop or undo what terms let pass.  Their documents have readers of their own.
CONTROL_ROWS = tuple(
    KindRow(f"exchange.{name}", 1, 0, urgency, lives_s=None, is_control=True)
    for name, urgency in (
        ("answer", None),
        ("acted", None),
        ("terms", BUSINESS),
        ("suspension", OPERATIONAL),
        ("erase", BUSINESS),
        ("erased", BUSINESS),
        ("drill", OPERATIONAL),
    )
)
CONTROL = frozenset(row.name for row in CONTROL_ROWS)


def is_control(kind: str) -> bool:
    """Tell whether a kind goes without terms and without purpose."""
    return kind.partition("/")[0] in CONTROL
