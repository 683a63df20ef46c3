"""A kind that only the simulated world knows: notes that go under terms, beside the drills, which need none."""

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from mabar.base import keys
from mabar.exchange import agreeing, kinds
from mabar.exchange.kinds import Letter, PartnerKind
from mabar.exchange.protocol import terms_form
from mabar.exchange.protocol.kind_table import KindField, KindRow
from mabar.exchange.protocol.objects import BUSINESS
from mabar.exchange.protocol.terms import Article, Floor, KindTerms, Party, Terms
from mabar.exchange.simulation import drills

AGENCY, PURPOSE = "customs", "exercise"
NOTE, CARD = "simulated.note", "simulated.card"
FROM_DAY, TO_DAY = date(1000, 1, 1), date(2999, 12, 31)  # a clock that is years off finds them in force
FIELDS = (KindField("number", holds="number"), KindField("subject"), KindField("text", content="free-text"))
NAMED = ("number", "subject")  # `text` stays at home
LEAKED = "!"  # before the key of an effect that has what no terms named


@dataclass(frozen=True)
class Note:
    """A drill that goes under terms; what stands in `text` is for the sender's own house."""

    KIND: ClassVar[str] = f"{NOTE}/1.0"

    number: int
    subject: str
    text: str = ""


def take_effect(note: Note, letter: Letter) -> None:
    """Note the effect, and that more has come than the terms name."""
    key = LEAKED + letter.key if note.text else letter.key
    drills.take_effect(key, sender=letter.partner, subject=note.subject, number=note.number, at=letter.at)


KIND = PartnerKind(
    KindRow(NOTE, 1, 0, BUSINESS, None, (PURPOSE,), FIELDS), Note, take_effect, AGENCY, (AGENCY,), subject="subject"
)


@contextmanager
def known() -> Iterator[None]:
    """Let the nodes know the kind for the time of a run."""
    before = dict(kinds._partner_kinds)
    kinds.register_for_partners(KIND)
    agreeing.kind_table.cache_clear()
    try:
        yield
    finally:
        kinds._partner_kinds.clear()
        kinds._partner_kinds.update(before)
        agreeing.kind_table.cache_clear()


@contextmanager
def chance_of(rng: random.Random) -> Iterator[None]:
    """Let all that a node draws by chance, its keys of records and its salts, come from the dice of the run."""
    ours = {"token_bytes": rng.randbytes, "randbits": rng.getrandbits}
    before = {name: vars(secrets)[name] for name in ours}
    vars(secrets).update(ours)
    keys._last[0] = 0  # a key of an earlier run tells nothing about those of this one
    try:
        yield
    finally:
        vars(secrets).update(before)


def name_of(one: str, other: str) -> str:
    """Give the name of the terms between two administrations."""
    return f"{'-'.join(sorted((one, other)))}.notes.1"


def terms(one: str, other: str) -> bytes:
    """Write the terms between two administrations: notes and cards both ways, with two of three fields."""
    ends = sorted((one, other))
    named = [
        KindTerms(f"{name}/1.0", tuple(ends), (AGENCY,), (PURPOSE,), NAMED, (), 36_525, "never")
        for name in (NOTE, CARD)
    ]
    return terms_form.written(
        Terms(
            name=name_of(one, other),
            version=1,
            parties=(Party(ends[0], (AGENCY,)), Party(ends[1], (AGENCY,))),
            legal_basis=(Article("1", date(2026, 1, 1), "An exercise"),),
            purposes=(PURPOSE,),
            kinds=tuple(named),
            flash_per_hour=3600,
            suite_floor=(Floor(FROM_DAY, 1),),
            valid_from=FROM_DAY,
            valid_to=TO_DAY,
            review_on=TO_DAY,
            oversight=("one side", "other side"),
            replaces=None,
        )
    )
