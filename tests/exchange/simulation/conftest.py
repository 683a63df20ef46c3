"""Machines of the simulated world, each with a copy of one template."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mabar.exchange.simulation.disk import Disk
from mabar.exchange.simulation.nodes_in_one import ACTS, Machine, on
from mabar.exchange.simulation.runs import Ground
from mabar.site import stores
from mabar.site.node import Node
from tests.exchange.simulation import toy

MakeMachine = Callable[[str], Machine]


@pytest.fixture(scope="session")
def options(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The database options that a real node has for its acts."""
    node = Node(tmp_path_factory.mktemp("real"), "dz.hq", "localhost", 8080, "secret")
    return dict(stores.databases(node)["default"]["OPTIONS"])


@pytest.fixture(autouse=True, scope="module")
def _connections_of_our_own(django_db_blocker: Any) -> Iterator[None]:
    """Allow connections: those of the world are its own, and the suite's database is never touched."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, options: dict[str, Any], django_db_blocker: Any) -> Path:
    """An empty database of the toy."""
    machine = Machine("template", Disk(tmp_path_factory.mktemp("template")), options)
    with django_db_blocker.unblock(), on(machine):
        toy.make_tables()
    machine.shut_down()
    machine.close()
    return machine.database_file


@pytest.fixture
def make_machine(tmp_path: Path, options: dict[str, Any], template: Path) -> Iterator[MakeMachine]:
    """Make machines by name; they are taken away after the test."""
    made: list[Machine] = []

    def make(name: str) -> Machine:
        folder = tmp_path / f"{name}-{len(made)}"
        folder.mkdir()
        machine = Machine(name, Disk(folder), options, node=name)
        machine.disk.put(ACTS, template)
        made.append(machine)
        return machine

    yield make
    for machine in made:
        machine.close()


@pytest.fixture
def ground(tmp_path: Path, options: dict[str, Any], template: Path) -> Ground:
    """The ground on which toys run."""
    return Ground(template, options, toy.READS, tmp_path)
