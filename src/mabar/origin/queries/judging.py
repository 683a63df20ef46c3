"""What is said of a code: by the keys that this node holds, without any line."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.conf import settings

from mabar.base.models import Place
from mabar.exchange import paper_signing
from mabar.origin import rules
from mabar.origin.models import EndedProof, Proof


@dataclass(frozen=True)
class Judged:
    """The verdict on a code, and on what it rests.

    Attributes:
        verdict: one of `rules.VERDICTS`; only `valid` is.
        administration, key_id, names: whose key signed it, and how its node is called; empty where it is not known.
        replacement: the serial of the proof that took its place.
    """

    verdict: str
    facts: rules.ProofFacts
    administration: str
    key_id: str
    names: tuple[str, str, str]
    replacement: str = ""
    ended_reason: str = ""

    @property
    def is_valid(self) -> bool:
        """Whether the proof may be relied on."""
        return self.verdict == "valid"


def judged(text: str, *, today: date) -> Judged:
    """Judge the text of a code.

    Args:
        today: at the place that asks.
    Raises:
        NotAProof: it is no code, or was altered so that it cannot be read.
    """
    code = rules.read(text)
    facts = code.facts
    noon = datetime.combine(facts.issued_on, time(12), UTC)
    named: Any = {"node": facts.node, "descriptor": facts.descriptor, "agency": rules.AGENCY}
    checked = paper_signing.check(code.paper, domain=rules.DOMAIN, signed_at=noon, **named)
    ended = _ended(facts) if checked.outcome == paper_signing.TRUE else ("", "", "")
    verdict = rules.verdict_of(checked.outcome, ended=ended[0], valid_until_on=facts.valid_until_on, today=today)
    return Judged(verdict, facts, checked.administration, checked.key_id, checked.names, *ended[1:])


def _ended(facts: rules.ProofFacts) -> tuple[str, str, str]:
    """Tell whether the proof was withdrawn or replaced, and by what, as far as this node knows."""
    if facts.node == settings.NODE.code:
        own = Proof.objects.filter(serial=facts.serial, state__in=("withdrawn", "replaced")).first()
        if own is None:
            return "", "", ""
        after = own.replacements.exclude(serial="").values_list("serial", flat=True).first()
        return own.state, after or "", own.end_reason
    told = EndedProof.objects.filter(node=facts.node, serial=facts.serial).first()
    return (told.state, told.replacement, told.reason) if told else ("", "", "")


def today_here(at: datetime) -> date:
    """Give the day at this node."""
    place = Place.objects.filter(code=settings.NODE.code).first()
    return at.astimezone(place.clock if place else UTC).date()
