"""Trees that no system writes: elements lost, doubled, renamed, moved, filled with anything.  Nothing may be lost."""

import copy
import random
from collections.abc import Sequence
from typing import Any

import pytest
from lxml import etree

from mabar.declarations import sad
from mabar.declarations.formats import read, write
from tests.declarations import samples

VALUES = (
    "", "  ", "\u00a0", "NaN", "-1", "1.0", "0.00", "1,5", "1,234", "1 234,5", "5/6/07", "13/1/2020",
    "2020-01-13 10:00:00", "é ü", "نص", "12345678901234567890123.5", "1e400", "  padded  ", "a\tb", "l1\n  l2\n",
    "TRUE", "I", "\u202eabc", "0+0", "00012", "١٢", "99.999999", "٫", "+5", "1_000", ".5", "5.",
)  # fmt: skip


def damaged(chance: random.Random) -> bytes:
    """Write a declaration and damage its tree in up to forty places."""
    root = etree.fromstring(samples.sad(chance.choice(list(samples.DIALECTS.values())), items=chance.randint(0, 4)))
    for _ in range(chance.randint(1, 40)):
        element = chance.choice([each for each in root.iter() if each is not root])
        chance.choice((_lose, _double, _rename, _fill, _follow, _mark, _fill_below, _shuffle))(element, chance)
        if not len(root):
            break
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _lose(element: Any, chance: random.Random) -> None:
    element.getparent().remove(element)


def _double(element: Any, chance: random.Random) -> None:
    above = element.getparent()
    above.insert(chance.randint(0, len(above)), copy.deepcopy(element))


def _rename(element: Any, chance: random.Random) -> None:
    tag = element.tag
    element.tag = chance.choice((tag.lower(), tag.upper(), tag.replace("_", ""), f"{tag}X"))


def _fill(element: Any, chance: random.Random) -> None:
    element.text = chance.choice(VALUES)


def _follow(element: Any, chance: random.Random) -> None:
    element.tail = chance.choice(VALUES)


def _mark(element: Any, chance: random.Random) -> None:
    element.set(f"a{chance.randint(0, 3)}", chance.choice(VALUES))


def _fill_below(element: Any, chance: random.Random) -> None:
    etree.SubElement(element, chance.choice(("null", "New", "Item", "Code"))).text = chance.choice(VALUES)


def _shuffle(element: Any, chance: random.Random) -> None:
    siblings = list(element.getparent())
    chance.shuffle(siblings)
    element.getparent()[:] = siblings


def texts(value: object) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(texts, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(texts, value)) if value else set()
    return {str(value)}


def filled(data: bytes) -> dict[str, str]:
    return {path: text for path, text in samples.leaves(etree.fromstring(data)).items() if text.strip()}


def declared_values(declarations: Sequence[sad.Declaration]) -> list[dict[str, Any]]:
    """Give the records without the tree they remember, in which a value and a null in one element become a value."""
    shown = [sad.to_json(declaration) for declaration in declarations]
    for each in shown:
        each["source"].pop("dialect")
        each["kept"] = sorted(map(str, each.get("kept", [])))
    return shown


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_tree_loses_nothing(seed):
    data = damaged(random.Random(seed))
    readings = read(data, with_trace=True)
    stored = [sad.loads(sad.dumps(reading.declaration)) for reading in readings]
    shown = set().union(*(texts(sad.to_json(declaration)) for declaration in stored))
    assert not set(filled(data).values()) - shown
    traced = sorted(each.text for reading in readings for each in reading.trace if each.text.strip())
    assert traced == sorted(filled(data).values())
    again = write(stored)
    assert filled(again) == filled(data)
    assert declared_values([reading.declaration for reading in read(again)]) == declared_values(stored)
