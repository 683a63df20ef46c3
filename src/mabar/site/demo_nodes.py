"""The two nodes of the demonstration: made, certified by administrations that say DEMO, and brought together."""

import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from itertools import combinations
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from mabar.exchange import ceremony_making, contact, demonstration, opening, posting
from mabar.exchange.demonstration import DemoAdministration
from mabar.exchange.line import pin_of
from mabar.exchange.models import Outgoing, Partner, Stream
from mabar.exchange.own import ms_of
from mabar.exchange.protocol import documents
from mabar.exchange.protocol.objects import Item
from mabar.lib import words
from mabar.site import authority, founding
from mabar.site.at_node import Desk
from mabar.site.node import Node

TERMS = "demo_terms.json"
PAIR = ("dz", "ly")  # whose terms the sample is written for; other pairs sign the same
AGENCIES = ("customs", "police")
BEGAN_BEFORE = timedelta(hours=12)
STORES = ("acts.sqlite3", "passing.sqlite3")


def found(desks: Sequence[Desk], at: datetime) -> None:
    """Make the stores of all nodes: those of the first by its migrations, the others as copies, which is quicker."""
    first, *others = desks
    with first.open():
        founding.make_stores()
    first.close()
    for desk in others:
        for name in STORES:
            shutil.copy(Path(first.node.folder) / name, Path(desk.node.folder) / name)
    for desk in desks:
        with desk.open():
            founding.lay_out((desk.node.code,), at)


def bring_together(desks: Mapping[str, Desk], at: datetime) -> None:
    """Let the nodes know and trust each other, with terms in force."""
    codes = sorted({code[:2] for code in desks})
    roots = {code: DemoAdministration.made(code, _names(code), at, secrets.token_bytes) for code in codes}
    items = [root.root_item for root in roots.values()]
    for code, desk in desks.items():
        items.append(roots[code[:2]].certify(Path(desk.node.folder), _wish(desk.node, at)))
    agreed = {pair: _agreed(pair, roots, at) for pair in combinations(codes, 2)}
    for code, desk in desks.items():
        with desk.open():
            demonstration.introduce(items, [each for each in desks if each != code], at)
            for pair, item in agreed.items():
                if code[:2] in pair:
                    demonstration.bring_into_force(item, at)


def _agreed(pair: tuple[str, str], roots: Mapping[str, DemoAdministration], at: datetime) -> Item:
    return demonstration.terms_item(terms(at, pair), [roots[code] for code in pair])


def _names(code: str) -> tuple[str, str, str]:
    from mabar.declarations import reference

    country = reference.country(code.upper())
    if country is None:
        raise ValueError(f"no country bears the code {code}")
    ar, fr, en = (country.name(language) for language in words.LANGUAGES)
    return ar, fr, en


def _wish(node: Node, at: datetime) -> ceremony_making.DescriptorWish:
    from mabar.base.models import Place

    desk = Desk(node)
    with desk.open():
        place = Place.objects.get(code=node.code)
    desk.close()
    return ceremony_making.DescriptorWish(
        node=node.code,
        names=(place.name_ar, place.name_fr, place.name_en),
        urls=(node.origin,),
        agencies=AGENCIES,
        pins=_pins(node),
        zone=str(place.clock),
        contact="DEMO",
        valid_from_ms=ms_of(at - BEGAN_BEFORE),
    )


def _pins(node: Node) -> tuple[bytes, ...]:
    """Give the pin of the node's certificate; one without TLS has none."""
    if not node.has_tls:
        return ()
    pem = (Path(node.folder) / "keys" / authority.CERTIFICATE).read_bytes()
    return (pin_of(x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)),)


def terms(at: datetime, pair: tuple[str, str] = PAIR) -> bytes:
    """Read the sample terms as two administrations sign them, in force from yesterday on."""
    file = resources.files("mabar.site") / "data" / TERMS
    told = documents.read(file.read_bytes())
    told["name"] = told["name"].replace("-".join(PAIR), "-".join(pair))
    told["oversight"] = [f"DEMO {party}: committee of the demonstration" for party in pair]
    for party, named in zip(told["parties"], pair, strict=True):
        party["administration"] = named
    for kind in told["kinds"]:
        kind["from"] = list(pair)
    today = at.date()
    told["valid_from"] = (today - timedelta(days=1)).isoformat()
    told["valid_to"] = (today + timedelta(days=730)).isoformat()
    told["review_on"] = (today + timedelta(days=365)).isoformat()
    for floor in told["suite_floor"]:
        floor["from"] = told["valid_from"]
    return documents.written(told)


@dataclass(frozen=True)
class Courier:
    """Carries what waits between the nodes while their own lines do not run yet, at the hours of the day."""

    desks: Mapping[str, Desk]

    def carry(self, at: datetime) -> int:
        """Carry until nothing waits; return how many bodies that took."""
        return sum(self._round(at) for _ in range(4))

    def _round(self, at: datetime) -> int:
        carried = 0
        for code, desk in self.desks.items():
            for other in self.desks:
                if other != code and (body := self._body(desk, other, at)) is not None:
                    with self.desks[other].open():
                        answer = contact.answer(body, at)
                        opening.open_stored(at)
                    with desk.open():
                        contact.take(answer, at)
                    carried += 1
        return carried

    @staticmethod
    def _body(desk: Desk, other: str, at: datetime) -> bytes | None:
        with desk.open():
            partner = Partner.objects.get(code=other)
            waits = Outgoing.objects.filter(address=other, done_at=None).exists()
            rows = Stream.objects.filter(partner=partner, is_outward=True)
            if waits or any(posting.has_to_say(row) for row in rows):
                return contact.body_for(partner, at)
            return None
