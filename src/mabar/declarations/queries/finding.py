"""What search is told of declarations: words of goods and parties, and every number that people call them by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mabar.crossings import queries as crossings
from mabar.declarations import sad
from mabar.declarations.models import Declaration, Item, Version
from mabar.declarations.queries.rows import DeclarationRow, declaration_row


@dataclass(frozen=True)
class DescribedDeclaration:
    """A declaration with the texts and the numbers by which people look for it."""

    row: DeclarationRow
    texts: tuple[str, ...]
    numbers: tuple[str, ...]


def described(keys: Sequence[str]) -> list[DescribedDeclaration]:
    """Describe declarations; keys of anything else are passed over."""
    found = Declaration.objects.filter(key__in=list(keys)).order_by("key")
    goods: dict[str, list[str]] = {}
    for key, text in Item.objects.filter(declaration__in=found).values_list("declaration", "description"):
        goods.setdefault(key, []).append(text)
    # the newest version comes last and stays
    versions = Version.objects.filter(declaration__in=found).order_by("number")
    records = dict(versions.values_list("declaration", "record"))
    return [_described(declaration_row(each), goods.get(each.key, []), records[each.key]) for each in found]


def _described(row: DeclarationRow, goods: Iterable[str], record: str) -> DescribedDeclaration:
    texts = (row.consignee, row.exporter, row.declarant, *goods)
    names = (row.number, row.national_reference, row.trader_reference, *_numbers_in(sad.loads(record)))
    trucks = crossings.passages_of(row.key)
    plates = [name for truck in trucks for name in (truck.passage.plate, truck.passage.trailer_plate)]
    return DescribedDeclaration(row, _each_once(texts), _each_once((*names, *plates)))


def _numbers_in(record: sad.Declaration) -> tuple[str | None, ...]:
    return (
        record.manifest_reference,
        *(container.identity for container in record.containers),
        record.transit.seals,
        record.transport.departure.identity,
        record.transport.border.identity,
    )


def _each_once(texts: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
