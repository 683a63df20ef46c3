"""Tariffs and declarations for the tests of the desks: the samples that ship with the product, loaded at Debdeb."""

from dataclasses import replace
from importlib import resources
from typing import Any

from mabar.base.keys import new_key
from mabar.base.models import Actor
from mabar.declarations.models import Declaration
from mabar.declarations.sad_parts import Amount, AttachedDocument, Charge
from mabar.duties import commands
from mabar.duties.loading import Files, Offer, offer
from mabar.duties.models import Table
from tests.declarations import desk
from tests.declarations.records import import_record, item
from tests.world import NOON, World

DEB = "dz.debdeb"
SAMPLE = resources.files("mabar.duties") / "data" / "sample"


def file(name: str) -> bytes:
    return (SAMPLE / name).read_bytes()


def sample_files(country: str = "dz", **changed: Any) -> Files:
    told = {
        "rates": file(f"rates_{country}.csv"),
        "levies": file(f"levies_{country}.csv"),
        "groups": file("groups.csv"),
    }
    return Files(**{**told, **changed})


def sample_offer(**changed: Any) -> Offer:
    return offer("dz", sample_files(**changed), name="نموذج 2026", currency="DZD", is_sample=True)


def load(world: World, made: Offer | None = None, *, actor: Actor | None = None, at: Any = NOON) -> Table:
    return commands.load_tariff(
        actor or world.officers["tariff_officer"], new_key(at), offer=made or sample_offer(), place=DEB, at=at
    )


def cement(**changed: Any) -> Any:
    """Give an item of cement: 15 t net, worth 120,000.00 dinars."""
    told = {
        "commodity_code": "25232900", "origin_country": "TN", "description": "إسمنت بورتلاندي",
        "net_mass_g": 15_000_000, "gross_mass_g": 15_075_000, "price": Amount(12_000_000, "DZD"),
        "invoice": Charge(national=Amount(12_000_000, "DZD")),
    }  # fmt: skip
    return item(**{**told, **changed})


def pumps(**changed: Any) -> Any:
    """Give an item of pumps: 480 kg net, worth 1,000,000.00 dinars, of which freight is 50,000.00."""
    told = {
        "invoice": Charge(national=Amount(95_000_000, "DZD")),
        "external_freight": Charge(national=Amount(5_000_000, "DZD")),
        "documents": (AttachedDocument(code="380"), AttachedDocument(code="861")),
    }  # fmt: skip
    return item(**{**told, **changed})


def lodged(world: World, *items: Any, reference: str = "T-0001") -> Declaration:
    """Bring a declaration to the point at which it is assessed."""
    record = import_record(reference, items=items or (cement(), pumps()))
    record = replace(record, valuation=replace(record.valuation, invoice=Charge()))
    declaration = desk.lodge(world, record)
    Declaration.objects.filter(key=declaration.key).update(lane="green", is_scan_due=False, state="lane_assigned")
    return desk.fresh(declaration)
