"""What the two services tell each other; each goes under signed terms, projected to the fields that these name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar


@dataclass(frozen=True)
class Request:
    """A request, when it is asked orally, in writing, confirmed or completed: the act says which.

    The due instants are those by which both sides count.
    """

    KIND: ClassVar[str] = "assistance.request/1.0"

    request: str
    number: str
    act: str
    at: datetime
    due_at: datetime
    requesting: str = ""
    requested: str = ""
    agreement: str = ""
    article: str = ""
    kind: str = ""
    pace: str = ""
    language: str = ""
    matter: str = ""
    reason: str = ""
    description: str = ""
    legal_elements: str = ""
    connection: str = ""
    parties: str = ""
    from_official: str = ""
    to_official: str = ""
    confirm_by: datetime | None = None
    acknowledge_by: datetime | None = None


@dataclass(frozen=True)
class Step:
    """That one side has acknowledged, returned, postponed, refused or withdrawn, or taken a precautionary measure."""

    KIND: ClassVar[str] = "assistance.step/1.0"

    request: str
    act: str
    at: datetime
    by: str = ""
    reason: str = ""
    missing: tuple[str, ...] = ()
    due_at: datetime | None = None
    measure_key: str = ""
    measure: str = ""
    legal_basis: str = ""


@dataclass(frozen=True)
class Reply:
    """The answer to a request, with the limits of its use; attachments are base64."""

    KIND: ClassVar[str] = "assistance.reply/1.0"

    request: str
    at: datetime
    by: str = ""
    answer: str = ""
    use: str = ""
    onward: str = ""
    attachments: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class ConsentNote:
    """That consent to an onward use of an answer is asked, given or refused."""

    KIND: ClassVar[str] = "assistance.consent/1.0"

    request: str
    consent: str
    act: str
    at: datetime
    by: str = ""
    onward_use: str = ""
    recipient: str = ""
    reason: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True)
class Officials:
    """The whole list of designated officials of an administration, in a version: codes, posts and days, no names."""

    KIND: ClassVar[str] = "assistance.officials/1.0"

    administration: str
    version: int
    at: datetime
    officials: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class Query:
    """A query of one declaration by its number, for a purpose: which parts of it are asked for, and by when."""

    KIND: ClassVar[str] = "assistance.query/1.0"

    query: str
    declaration_number: str
    at: datetime
    due_at: datetime
    agreement: str = ""
    article: str = ""
    by: str = ""
    sections: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """The answer to a query: the parts asked for, as far as the terms name their fields, or that it is refused."""

    KIND: ClassVar[str] = "assistance.answer/1.0"

    query: str
    state: str
    at: datetime
    by: str = ""
    ground: str = ""
    office: str = ""
    declaration_state: str = ""
    items_left_out: int = 0
    use: str = ""
    onward: str = ""
    record: Mapping[str, Any] = field(default_factory=dict)
