"""What every test sees to beside its own question.

A refusal names every fact of its sentences: in an office one that was left out reads as a dash, since a refusal must
never fail to speak; here it is a fault.  A line of the journal can be told in words and bears the facts of its act, and
an act asks for its mandate at a place, but for the verbs of `PLACELESS`.
"""

from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from mabar.lib import words
from mabar.lib.refusals import Refusal

# What has no place, or is done wherever its actor is: his own records, the node's accounts, what all places share.
PLACELESS = {
    *("base.enrol_actor", "base.erase_facts", "base.grant_mandate", "base.make_api_key", "base.read_journal"),
    *("base.read_operations", "base.sign_in", "base.sign_in_failed", "crossings.read_board", "declarations.read"),
    *("declarations.read_own", "declarations.void_serial", "exchange.read_own", "declarations.change_register"),
}

_made = Refusal.__init__


def watch_refusals() -> None:
    """See from now on that a refusal is raised with what its sentences say."""
    Refusal.__init__ = _complete  # type: ignore[method-assign]


def watch_acts() -> None:
    """See from now on what mandates are asked for, and what is written into the journal."""
    from mabar.base import journal, mandates

    written, required = journal.write_lines, mandates.require

    def write_lines(lines: list[Any]) -> list[Any]:
        for line in lines:
            _known(line.verb)
            left_out = _facts_of_lines().get(line.verb, frozenset()) - line.facts.keys()
            assert not left_out, f"the line of {line.verb} bears no {', '.join(left_out)}"
        return written(lines)

    def require(actor: Any, verb: str, *, place: str = "", at: Any = None) -> str:
        _known(verb)
        is_placed = place or journal.current() is None or verb in PLACELESS
        assert is_placed, f"{verb} asks for a mandate at no place"
        return required(actor, verb, place=place, at=at)

    journal.write_lines, mandates.require = write_lines, require


def _complete(refusal: Refusal, **details: object) -> None:
    _made(refusal, **details)
    left_out = [name for name in _facts(refusal.package, type(refusal).__name__) if details.get(name) is None]
    assert not left_out, f"{refusal.code} is raised without {', '.join(left_out)}"


@cache
def _facts(package: str, code: str) -> frozenset[str]:
    said = words.table(package, "refusals").get(code, {})
    texts = [said[language][part] for language in said for part in ("what", "remedy")]
    return frozenset(name for text in texts for _, name, _, _ in Formatter().parse(text) if name)


@cache
def _facts_of_lines() -> dict[str, frozenset[str]]:
    told = yaml.safe_load(Path(__file__).with_name("journal_facts.yaml").read_text(encoding="utf-8"))
    return {verb: frozenset(facts) for verb, facts in told.items()}


@cache
def _known(verb: str) -> None:
    assert f"verb.{verb}" in words.table(verb.partition(".")[0], "words"), f"{verb} has no words"
