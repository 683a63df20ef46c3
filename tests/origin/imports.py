"""An import that claims a preference, for the tests of what is presented with it."""

from typing import Any

from mabar.base.keys import new_key
from mabar.declarations.models import Declaration
from mabar.declarations.sad_parts import Amount, AttachedDocument, Charge
from tests.declarations.records import import_record, item
from tests.world import NOON, World

DEB = "dz.debdeb"


def dates(currency: str = "DZD", **changed: Any) -> Any:
    """Give an item of dates that claims the Arab preference with its paper."""
    told = {
        "commodity_code": "08041000", "origin_country": "DZ", "description": "تمور", "preference_code": "PAFTA",
        "net_mass_g": 7_900_000, "gross_mass_g": 8_000_000, "price": Amount(100_000_000, currency),
        "invoice": Charge(national=Amount(100_000_000, currency)),
        "documents": (AttachedDocument(code="380"), AttachedDocument(code="861")),
    }  # fmt: skip
    return item(**{**told, **changed})


def declared(world: World, *, place: str = DEB, officers: Any = None, **facts: Any) -> Declaration:
    """Lodge an import of dates at a place."""
    from tests.declarations import desk

    told = {"items": (dates(**facts.pop("item", {})),), **facts}
    record = import_record(told.pop("reference", new_key(NOON)), **told)
    return desk.lodge(world, record, place=place, actor=(officers or world.officers)["registrar"])
