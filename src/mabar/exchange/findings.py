"""The codes of the protocol in sentences: what was found of a message, and what its reader can do."""

from collections.abc import Mapping

from mabar.lib import words

OF_A_DESK = "rule"  # `rule.<code>`: the receiving desk refused by its own rules


def say(code: str, facts: Mapping[str, object], language: str) -> words.Sentence:
    """Say what a code means, with its facts; one that this version does not know is told as it came."""
    told = {name: value for name, value in facts.items() if value not in ("", None)}
    table = words.table("exchange", "findings")
    if code.startswith(f"{OF_A_DESK}."):
        return words.sentence("exchange", OF_A_DESK, language, {**told, "code": code.partition(".")[2]})
    if code not in table:
        return words.sentence("exchange", "unknown", language, {"code": code})
    return words.sentence("exchange", code, language, told)
