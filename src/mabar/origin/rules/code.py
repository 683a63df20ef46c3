"""The code of a certificate: its key facts and the digest of all of it, signed, as the text of a QR code.

    text = "MO1:" + base45(COSE_Sign1 of deterministic CBOR)

A code of at most twelve kinds of goods has some 350 bytes.  Source: docs/wire/origin-code-1.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from mabar.exchange.protocol import cbor, cose, forms
from mabar.exchange.protocol.objects import administration_of, is_code, is_number
from mabar.lib import base45
from mabar.origin.rules.application import Application
from mabar.origin.rules.refusals import NotAProof

PREFIX = "MO1:"
DOMAIN, AGENCY = "origin-proof-1", "customs"
MOST_GOODS, LONGEST_CODE, LONGEST_SERIAL = 12, 1_200, 48
LONGEST_EXPORTER_BYTES = 60
_EPOCH = date(1970, 1, 1)
_LARGEST_DAY = (date.max - _EPOCH).days


@dataclass(frozen=True)
class ProofFacts:
    """What the code says of a proof.

    Attributes:
        node, descriptor: of the office that signed.
        agreement: its number.
        exporter: the name, cut where it is long.
        goods: the subheading and criterion of the first kinds of goods, each once.
        lines, gross_mass_g: of all goods.
        digest: SHA-256 of all that stands on the certificate.
    """

    node: str
    descriptor: int
    serial: str
    agreement: int
    origin: str
    destination: str
    issued_on: date
    valid_until_on: date
    exporter: str
    goods: tuple[tuple[str, str], ...]
    lines: int
    gross_mass_g: int
    digest: bytes

    def encoded(self) -> bytes:
        """Write the facts, the payload of the signature."""
        goods = [[int(code), criterion] for code, criterion in self.goods]
        days = [(day - _EPOCH).days for day in (self.issued_on, self.valid_until_on)]
        values = [self.node, self.descriptor, self.serial, self.agreement, self.origin, self.destination, *days]
        values += [self.exporter, goods, self.lines, self.gross_mass_g, self.digest]
        return cbor.encode(dict(enumerate(values, start=1)))


@dataclass(frozen=True)
class Code:
    """A code that was read: what it says, and its signature, which is not checked yet."""

    facts: ProofFacts
    paper: cose.Sign1


def facts_of(
    application: Application,
    *,
    node: str,
    descriptor: int,
    agreement: int,
    serial: str,
    origin: str,
    days: tuple[date, date],
    digest: bytes,
) -> ProofFacts:
    """Give what the code of a proof says."""
    kinds = tuple(dict.fromkeys((each.hs6, each.criterion) for each in application.goods))
    return ProofFacts(
        node,
        descriptor,
        serial,
        agreement,
        origin,
        application.destination,
        *days,
        _cut(application.exporter),
        kinds[:MOST_GOODS],
        len(application.goods),
        sum(each.gross_mass_g for each in application.goods),
        digest,
    )


def _cut(text: str) -> str:
    """Cut a text to so many bytes, between two letters."""
    return text.encode()[:LONGEST_EXPORTER_BYTES].decode(errors="ignore")


def text_of(signed: bytes) -> str:
    """Write a signed proof as the text of its code."""
    return PREFIX + base45.encode(signed)


def read(text: str) -> Code:
    """Read the text of a code; line ends around it are what a scanner adds, blanks belong to it.

    Raises:
        NotAProof: it is none, or not a letter of it may stand so.
    """
    tidy = text.strip("\r\n\t")
    if not tidy.startswith(PREFIX) or len(tidy) > LONGEST_CODE:
        raise NotAProof(given=_start(tidy))
    try:
        paper = cose.read1(base45.decode(tidy[len(PREFIX) :]))
        return Code(_facts(paper.payload), paper)
    except (ValueError, OverflowError):
        raise NotAProof(given=_start(tidy)) from None


def _start(text: str) -> str:
    return "".join(letter for letter in text[:16] if letter.isprintable()) or "–"


def _is_day(value: object) -> bool:
    return is_number(value, _LARGEST_DAY)


def _is_text(longest: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and 0 < len(value) <= longest and value.isprintable()


def _is_country(value: object) -> bool:
    return isinstance(value, str) and len(value) == 2 and value.isascii() and value.isalpha() and value.isupper()


def _is_kind(value: object) -> bool:
    if not isinstance(value, list) or len(value) != 2:
        return False
    return is_number(value[0], 999_999) and isinstance(value[1], str) and len(value[1]) == 2 and value[1].isalnum()


_FORMS: dict[int, forms.Form] = {
    1: ("node", is_code),
    2: ("descriptor", forms.is_count),
    3: ("serial", _is_text(LONGEST_SERIAL)),
    4: ("agreement", lambda value: is_number(value, 255)),
    5: ("origin", _is_country),
    6: ("destination", _is_country),
    7: ("issued on", _is_day),
    8: ("valid until", _is_day),
    9: ("exporter", _is_text(LONGEST_EXPORTER_BYTES)),
    10: ("goods", forms.is_list(_is_kind, most=MOST_GOODS)),
    11: ("lines", forms.is_count),
    12: ("gross mass", is_number),
    13: ("digest", forms.is_bytes(32)),
}


def _facts(payload: bytes) -> ProofFacts:
    values = forms.fields(payload, _FORMS)
    for key in (7, 8):
        values[key] = _EPOCH + timedelta(days=values[key])
    values[10] = tuple((f"{code:06}", criterion) for code, criterion in values[10])
    facts = ProofFacts(*values.values())
    # the customs service of a country vouches for the origin of that country alone
    forms.require([("another's origin", facts.origin.lower() == administration_of(facts.node))])
    return facts
