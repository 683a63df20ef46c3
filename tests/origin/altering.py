"""Codes altered by one letter of the text or one byte of what it holds, and what is said of them."""

import random
from datetime import date

from mabar.lib import base45
from mabar.origin import queries, rules


def altered(code: str, drawn: random.Random) -> str:
    """Change one letter of the text, or one byte of what it holds."""
    if drawn.random() < 0.5:
        at = drawn.randrange(len(code))
        other = drawn.choice([letter for letter in base45.ALPHABET if letter != code[at]])
        return code[:at] + other + code[at + 1 :]
    data = bytearray(base45.decode(code.removeprefix(rules.PREFIX)))
    data[drawn.randrange(len(data))] ^= drawn.randrange(1, 256)
    return rules.text_of(bytes(data))


def verdict(code: str, today: date) -> str:
    """Give the word of the verdict; a text that cannot be read is refused as no proof."""
    try:
        return queries.judged(code, today=today).verdict
    except rules.NotAProof:
        return "altered"
