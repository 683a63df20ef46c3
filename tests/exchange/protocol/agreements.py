"""A kind, terms and a document between the customs of Algeria and Libya, for the tests of policy and never-list."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from mabar.exchange.protocol import paths
from mabar.exchange.protocol.kind_table import KindField, KindRow
from mabar.exchange.protocol.objects import BUSINESS
from mabar.exchange.protocol.policy import Agreement, Entry, compiled
from mabar.exchange.protocol.stated import Stated
from mabar.exchange.protocol.terms import Article, Floor, KindTerms, Party, Terms

NOON_MS = int(datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp() * 1000)

DECLARATION = KindRow(
    "goods.declaration",
    1,
    3,
    BUSINESS,
    lives_s=86_400,
    purposes=("clearance", "transit"),
    fields=(
        KindField("key"),
        KindField("items[].hs"),
        KindField("items[].net_mass_g", holds="number"),
        KindField("items[].value_minor", holds="number"),
        KindField("carrier"),
        KindField("seals[]"),
        KindField("remark", content="free-text"),
    ),
)
TERMS = Terms(
    name="dz-ly.goods.1",
    version=1,
    parties=(Party("dz", ("customs", "police")), Party("ly", ("customs", "statistics"))),
    legal_basis=(Article("4", date(2001, 5, 8), "Agreement on mutual assistance in customs matters"),),
    purposes=("clearance", "transit"),
    kinds=(
        KindTerms(
            kind="goods.declaration/1.2",
            senders=("dz",),
            to_agencies=("customs",),
            purposes=("clearance",),
            fields=("key", "items[].hs", "items[].net_mass_g", "carrier", "seals[]"),
            masked=("carrier",),
            retention_days=90,
            onward="never",
        ),
        KindTerms(
            kind="goods.arrival/2.0",
            senders=("dz", "ly"),
            to_agencies=("customs",),
            purposes=("transit", "clearance"),
            fields=("key",),
            masked=(),
            retention_days=30,
            onward="with-consent",
        ),
    ),
    flash_per_hour=6,
    suite_floor=(Floor(date(2026, 1, 1), 1), Floor(date(2027, 1, 1), 2)),
    valid_from=date(2026, 1, 1),
    valid_to=date(2027, 12, 31),
    review_on=date(2027, 6, 30),
    oversight=("oversight@customs.example.dz", "oversight@customs.example.ly"),
    replaces=None,
)
AGREEMENT = compiled(TERMS, {})
BOOK = {TERMS.name: AGREEMENT}
STATED = Stated(
    sender="dz.debdeb",
    receiver="ly.ghadames",
    suite=2,
    kind="goods.declaration/1.3",
    purpose="clearance",
    issued_ms=NOON_MS,
    agency="customs",
    addressees=("customs",),
)
FULL = {
    "key": "2026-DEB-E-17",
    "items": [
        {"hs": "080410", "net_mass_g": 18_000_000, "value_minor": 900_000},
        {"hs": "150920", "net_mass_g": 4_000_000, "value_minor": 700_000},
    ],
    "carrier": "الواحة",
    "seals": ["A17", "A18"],
    "remark": "call the owner first",
}
PROJECTED = {
    "key": "2026-DEB-E-17",
    "items": [{"hs": "080410", "net_mass_g": 18_000_000}, {"hs": "150920", "net_mass_g": 4_000_000}],
    "carrier": "*",
    "seals": ["A17", "A18"],
}


def terms_of(kind: KindTerms) -> Terms:
    """Give sound terms of one kind, both parties having the agencies that it names."""
    parties = (Party("dz", kind.to_agencies), Party("ly", kind.to_agencies))
    return replace(TERMS, parties=parties, purposes=kind.purposes, kinds=(kind,))


def unchecked(terms: Terms) -> Agreement:
    """Make terms of one kind ready to judge by as somebody would who wants nothing of the never-list."""
    (kind,) = terms.kinds
    name, major, minor = kind.parts
    entry = Entry(kind, minor, frozenset(kind.to_agencies), paths.tree(kind.fields, kind.masked))
    agencies = {party.administration: frozenset(party.agencies) for party in terms.parties}
    entries = {name: {major: dict.fromkeys(kind.senders, entry)}}
    return Agreement(terms, agencies, entries, AGREEMENT.first_day, AGREEMENT.last_day)


def filled(tree: Any, leaf: Any = "x") -> Any:
    """Give a document that has something wherever the tree lets something pass."""
    if isinstance(tree, dict):
        return {name: filled(below, leaf) for name, below in tree.items()}
    return [filled(tree[0], leaf)] if isinstance(tree, list) else leaf
