"""From the headers of a sheet to what is done with each column."""

from collections.abc import Sequence
from dataclasses import dataclass

from mabar.declarations.formats.asycuda_plan import Leaf, Parts, Plan
from mabar.declarations.formats.sheet_profiles import SheetProfile, kind_of
from mabar.declarations.formats.values import CONVERTERS
from mabar.declarations.sad import Declaration, Item
from mabar.declarations.sad_parts import Container


@dataclass(frozen=True)
class RowPlans:
    """What a row holds: part of the header, an item, perhaps a container."""

    header: Plan
    item: Plan
    container: Plan | None
    group_column: int | None
    known: frozenset[int]
    width: int


def plans_of(mapping: SheetProfile, headers: Sequence[str]) -> RowPlans:
    """Plan the columns of a sheet by its mapping profile."""
    columns = [(place, field, headers[place].strip()) for place, field in enumerate(mapping.fields(headers)) if field]
    container = [each for each in columns if each[1].startswith("containers[]")]
    return RowPlans(
        header=_plan(Declaration, "", [each for each in columns if "[]" not in each[1]]),
        item=_plan(Item, "items[].", [each for each in columns if each[1].startswith("items[]")]),
        container=_plan(Container, "containers[].", container) if container else None,
        group_column=next((place for place, field, _ in columns if field == mapping.group_by), None),
        known=frozenset(place for place, _, _ in columns),
        width=len(headers),
    )


def _plan(kind: type, base: str, columns: Sequence[tuple[int, str, str]]) -> Plan:
    parts = Parts(kind)
    leaves = []
    for place, field, header in columns:
        name = field.removeprefix(base)
        part, _, last = name.rpartition(".")
        leaves.append(Leaf(place, kind_of(field), parts.number(part), last, name, f"/{header}"))
    leaves.sort(key=lambda leaf: leaf.kind == "foreign")
    steps = tuple((leaf.index, CONVERTERS[leaf.kind], leaf.part, leaf.name, leaf) for leaf in leaves)
    return Plan(tuple(leaves), steps, (), tuple(parts.found))
