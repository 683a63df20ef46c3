"""What crosses: the published form of each message, never rewritten."""

from pathlib import Path

import pytest

from mabar.crossings.messages import GateOut, GateOutUndone, Transshipped
from mabar.exchange import kinds, messages
from tests.world import NOON

GOLDEN = Path(__file__).parent / "golden"
PASSAGE = "01M81EKCW0P00000000000000A"
TOLD = {
    "gate-out-1": GateOut(
        passage=PASSAGE,
        place="dz.debdeb",
        direction="exit",
        plate="99417-322-33",
        trailer_plate="T-12",
        carrier="نقل الواحة",
        declarations=("01M81EKCW0D00000000000000A",),
        seals=("DZ 0091874", "B 2"),
        at=NOON,
    ),
    "gate-out-undone-1": GateOutUndone(passage=PASSAGE, place="dz.debdeb", direction="exit", declarations=(), at=NOON),
    "transshipped-1": Transshipped(
        transshipment="01M81EKCW0T00000000000000A",
        passage=PASSAGE,
        onward=("01M81EKCW0P00000000000000B", "01M81EKCW0P00000000000000C"),
        place="dz.debdeb",
        direction="exit",
        declarations=("01M81EKCW0D00000000000000A",),
        at=NOON,
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_a_message_is_written_and_read_as_it_was_published(name) -> None:
    published = (GOLDEN / f"{name}.json").read_text(encoding="utf-8").rstrip("\n")
    assert messages.written(TOLD[name]) == published
    assert messages.read(type(TOLD[name]), published) == TOLD[name]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (GateOut, "crossings.gate-out/1"),
        (GateOutUndone, "crossings.gate-out-undone/1"),
        (Transshipped, "crossings.transshipped/1"),
    ],
)
def test_a_kind_has_its_published_name_and_somebody_opens_it(kind, name) -> None:
    assert name == kind.KIND
    known, openers = kinds.of(name)
    assert known is kind
    assert openers
