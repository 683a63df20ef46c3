"""A planted bug stands in for one function of the code, everywhere, and is gone afterwards."""

from collections.abc import Iterator
from typing import Any

import pytest

from mabar.exchange import durable_files
from mabar.exchange.simulation import nodes_in_one, plants
from mabar.exchange.simulation.checker import Findings
from mabar.exchange.simulation.disk import Disk
from mabar.exchange.simulation.plain_files import PlainFiles
from tests.exchange.simulation import toy
from tests.exchange.simulation.test_plain_files import broken_marks
from tests.exchange.simulation.toy import new_rows  # a second holder of the function that is replaced


@pytest.fixture(autouse=True)
def _nothing_stays_bound() -> Iterator[None]:
    before = dict(plants._bound)
    yield
    plants._bound.clear()
    plants._bound.update(before)


def test_a_bug_stands_wherever_the_function_was_taken_by_name_and_only_for_a_while() -> None:
    plants.bind("gap-accepted", "tests.exchange.simulation.toy:new_rows", lambda right: lambda rows, stored: rows)
    assert new_rows([[5]], 1) == []
    with plants.planted("gap-accepted"):
        assert toy.new_rows([[5]], 1) == [[5]]
        assert new_rows([[5]], 1) == [[5]]
    assert toy.new_rows([[5]], 1) == new_rows([[5]], 1) == []


def test_a_bug_in_a_method_is_gone_too_when_the_run_fails() -> None:
    right = toy.Toy.tick
    plants.bind("order-ignored", "tests.exchange.simulation.toy:Toy.tick", lambda right: lambda self, at: None)

    def run_that_fails() -> None:
        assert toy.Toy.tick is not right
        raise ValueError("it fails")

    with pytest.raises(ValueError, match="it fails"), plants.planted("order-ignored"):
        run_that_fails()
    assert toy.Toy.tick is right


@pytest.mark.parametrize("name", ["locusts", "no-dedupe"])
def test_what_is_not_planned_or_not_bound_cannot_be_planted(name: str) -> None:
    plants._bound.pop("no-dedupe", None)
    with pytest.raises(ValueError, match="no such plant"), plants.planted(name):
        pass


def test_what_is_not_planned_cannot_be_bound() -> None:
    with pytest.raises(ValueError, match="locusts"):
        plants.bind("locusts", "tests.exchange.simulation.toy:new_rows", lambda right: right)


def test_a_function_that_is_gone_is_missed() -> None:
    plants.bind("no-dedupe", "tests.exchange.simulation.toy:not_there", lambda right: right)
    with pytest.raises(AttributeError), plants.planted("no-dedupe"):
        pass


def test_each_planned_bug_names_the_rule_that_it_breaks_and_what_shows_it() -> None:
    assert len(plants.PLANNED) >= 14
    for planned in plants.PLANNED.values():
        assert planned.breaks[0].isdigit()
        assert planned.shows in {*vars(Findings()), "policy", "stopped", "forks"}


def only_renamed(right: Any) -> Any:
    """Name a file before its content is on the disk."""

    def replace(self: Any, name: str, content: bytes) -> None:
        self._steps.write(f"{name}.new", content)
        self._steps.rename(f"{name}.new", name)

    return replace


def test_the_bugs_of_the_disk_can_be_planted(tmp_path: Any) -> None:
    assert "synchronous-off" in plants.bound()
    plants.bind("mark-not-flushed", "mabar.exchange.durable_files:Files.replace", only_renamed)
    try:
        with plants.planted("mark-not-flushed"):
            assert broken_marks(tmp_path, PlainFiles) > 0
    finally:
        del plants._bound["mark-not-flushed"]
    assert broken_marks(tmp_path, PlainFiles) == 0
    options = {"init_command": "PRAGMA synchronous=FULL;"}
    with plants.planted("synchronous-off"):
        assert "synchronous=OFF" in nodes_in_one.database(options, "file:x")["OPTIONS"]["init_command"]
    assert "synchronous=FULL" in nodes_in_one.database(options, "file:x")["OPTIONS"]["init_command"]
    assert durable_files.Files(PlainFiles(Disk(tmp_path))).read("mark") is None
