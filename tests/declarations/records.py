"""Records that the tests lodge: a sound import and a sound export, small enough to be read."""

from dataclasses import replace
from typing import Any

from mabar.declarations.sad import Declaration, Item
from mabar.declarations.sad_parts import (
    Amount,
    AttachedDocument,
    Charge,
    Country,
    Office,
    Packages,
    Party,
    Valuation,
)

SEED = "a seed that draws no random lane"


def item(number: int = 1, **changes: Any) -> Item:
    """Give an item of water pumps: 10 packages, 500 kg gross, 480 kg net."""
    pump = Item(
        commodity_code="84137000",
        procedure_code="4000",
        origin_country="IT",
        description=f"مضخات مياه كهربائية، طراز {number}",
        packages=Packages(count=10, kind_code="CT"),
        gross_mass_g=500_000,
        net_mass_g=480_000,
        price=Amount(1_200_000, "EUR"),
        documents=(AttachedDocument(code="380", reference="INV-1", on="2026-11-01"),),
    )
    return replace(pump, **changes)


def import_record(reference: str = "T-0001", *, items: tuple[Item, ...] | None = None, **changes: Any) -> Declaration:
    """Give a sound import of two items for home use: 20 packages, 1 000 kg."""
    goods = (item(1), item(2)) if items is None else items
    record = Declaration(
        flow="import",
        regime="import",
        type_code="IM",
        general_procedure_code="4",
        office=Office("DZDEB", "Debdeb"),
        declarant_reference_year="2026",
        declarant_reference=reference,
        declared_on="2026-11-20",
        item_count=len(goods),
        package_count=sum(each.packages.count or 0 for each in goods),
        exporter=Party(name="Ponente Pompe"),
        consignee=Party(code="DZ-100", name="Sahra Irrigation"),
        declarant=Party(code="B-1", name="Oasis Brokers"),
        export_country=Country("LY"),
        destination_country=Country("DZ"),
        valuation=Valuation(
            gross_mass_g=sum(each.gross_mass_g or 0 for each in goods),
            invoice=Charge(
                foreign=Amount(sum(each.price.minor for each in goods if each.price), "EUR"), currency="EUR"
            ),
        ),
        items=goods,
    )
    return replace(record, **changes)


def export_record(reference: str = "X-0001", **changes: Any) -> Declaration:
    """Give a sound export of dates."""
    dates = item(commodity_code="08041000", origin_country="DZ", procedure_code="1000", description="تمور دقلة نور")
    return import_record(
        reference,
        items=(dates,),
        **{
            "flow": "export",
            "regime": "export",
            "type_code": "EX",
            "general_procedure_code": "1",
            "export_country": Country("DZ"),
            "destination_country": Country("LY"),
            **changes,
        },
    )
