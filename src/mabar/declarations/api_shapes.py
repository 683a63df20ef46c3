"""What a program says of an act on a declaration."""

from datetime import date
from typing import Annotated, Literal

from ninja import Body, Schema
from pydantic import Field, StringConstraints

# control characters have no place in what is shown, and PostgreSQL stores no NUL
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000, pattern=r"^[^\x00]*$")]
Amount = Annotated[int, Field(ge=0, le=10**15)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Act(Schema):
    """What every act may bring: the version that the sender saw."""

    version: int | None = None


class NoteNationalState(Act):
    """What the national system says, under its reference."""

    kind: Literal["note_national_state"]
    reference: Line
    on: date
    claimed: Line
    received_from: Line


class NoteScan(Act):
    """The reference of a scan's image, and its outcome."""

    kind: Literal["note_scan"]
    image: Line
    outcome: Line


class Settling(Act):
    """What every settlement names."""

    reference: Line
    amount_minor: Amount
    currency: Currency


class NotePayment(Settling):
    """That what is owed is paid."""

    kind: Literal["note_payment"]


class NoteGuarantee(Settling):
    """That a guarantee covers what is owed."""

    kind: Literal["note_guarantee"]


class NoteRefund(Settling):
    """That what was paid beyond what is owed was given back."""

    kind: Literal["note_refund"]


class FreeGuarantee(Settling):
    """That the guarantees went back whole."""

    kind: Literal["free_guarantee"]


class AnswerQuery(Act):
    """The answer to the open question."""

    kind: Literal["answer_query"]
    answer: Text


class Attach(Act):
    """A share of the goods on a truck."""

    kind: Literal["attach"]
    passage: Line
    packages: Amount
    gross_mass_g: Amount


class Cancel(Act):
    """The declarant takes it back."""

    kind: Literal["cancel"]
    reason: Line


AnyAct = Annotated[
    NoteNationalState
    | NoteScan
    | NotePayment
    | NoteGuarantee
    | NoteRefund
    | FreeGuarantee
    | AnswerQuery
    | Attach
    | Cancel,
    Body(..., discriminator="kind"),
]
