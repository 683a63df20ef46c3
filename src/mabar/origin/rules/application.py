"""What the applicant writes on a certificate, tidied and checked, and the one digest of a whole proof."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from mabar.declarations import reference
from mabar.exchange.protocol import cbor
from mabar.lib.identifiers import refuse_bidi
from mabar.origin.rules.agreements import agreement, check_criterion
from mabar.origin.rules.refusals import ApplicationUnfit

MOST_LINES = 20
LONGEST_NAME, LONGEST_LINE, LONGEST_DESCRIPTION = 160, 200, 400
LARGEST = 10**15
WRITTEN = ("exporter", "exporter_number", "consignee", "destination", "transport", "invoice", "remarks")


@dataclass(frozen=True)
class GoodsLine:
    """A line of goods: how they are packed and marked, what they are, and by which criterion they originate.

    Attributes:
        hs6: subheading of the Harmonized System.
        supplementary: a second measure as the goods' code asks for it, in words; may be empty.
    """

    marks: str
    packages: str
    description: str
    hs6: str
    criterion: str
    gross_mass_g: int
    supplementary: str = ""


@dataclass(frozen=True)
class Application:
    """What the certificate says but for what the office adds.

    Attributes:
        destination: a country of two letters.
        invoice: numbers and days, as the exporter writes them.
    """

    agreement: str
    exporter: str
    exporter_number: str
    consignee: str
    destination: str
    transport: str
    invoice: str
    remarks: str
    goods: tuple[GoodsLine, ...]


def goods_from(told: Sequence[Mapping[str, Any]]) -> tuple[GoodsLine, ...]:
    """Read stored lines of goods."""
    return tuple(GoodsLine(**each) for each in told)


def tidied(application: Application, *, origin: str) -> Application:
    """Give the application without needless blanks, with its codes as the lists write them.

    Args:
        origin: the country of the office that will issue, in two letters.
    Raises:
        BidiControl, ApplicationUnfit, NotACriterion.
    """
    under = agreement(application.agreement)
    written = {name: _tidy(getattr(application, name), name) for name in WRITTEN}
    written["destination"] = written["destination"].upper()
    for name in ("exporter", "consignee", "destination", "invoice"):
        if not written[name]:
            raise ApplicationUnfit(box=name)
    if reference.country(written["destination"]) is None or written["destination"] == origin:
        raise ApplicationUnfit(box="destination")
    if not 1 <= len(application.goods) <= MOST_LINES:
        raise ApplicationUnfit(box="goods")
    goods = tuple(_line(number, each, under) for number, each in enumerate(application.goods, 1))
    return Application(agreement=under.code, goods=goods, **written)


def _tidy(text: str, box: str, longest: int = LONGEST_LINE, line: int = 0) -> str:
    tidy = " ".join(refuse_bidi(text).split())
    if len(tidy) > (LONGEST_NAME if box in ("exporter", "consignee") else longest) or not tidy.isprintable():
        raise ApplicationUnfit(box=box, line=line)
    return tidy


def _line(number: int, line: GoodsLine, under: Any) -> GoodsLine:
    hs6 = "".join(line.hs6.split()).replace(".", "")
    if len(hs6) != 6 or not reference.hs_exists(hs6):
        raise ApplicationUnfit(box="hs6", line=number)
    description = _tidy(line.description, "description", LONGEST_DESCRIPTION, number)
    packages = _tidy(line.packages, "packages", line=number)
    if not description or not packages:
        raise ApplicationUnfit(box="packages" if description else "description", line=number)
    if not 0 < line.gross_mass_g <= LARGEST:
        raise ApplicationUnfit(box="gross_mass", line=number)
    return GoodsLine(
        marks=_tidy(line.marks, "marks", line=number),
        packages=packages,
        description=description,
        hs6=hs6,
        criterion=check_criterion(line.criterion.strip().upper(), under, line=number),
        gross_mass_g=line.gross_mass_g,
        supplementary=_tidy(line.supplementary, "supplementary", line=number),
    )


def digest(application: Application, *, serial: str, origin: str, issued_on: date, valid_until_on: date) -> bytes:
    """Digest all that stands on a certificate, so that its code vouches for the words that it has no room for."""
    head = [serial, origin, issued_on.isoformat(), valid_until_on.isoformat(), application.agreement]
    written = [getattr(application, name) for name in WRITTEN]
    goods = [
        [each.marks, each.packages, each.description, each.hs6, each.criterion, each.gross_mass_g, each.supplementary]
        for each in application.goods
    ]
    return sha256(cbor.encode([*head, *written, goods])).digest()
