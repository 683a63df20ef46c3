"""Two nodes in one process: a release at Debdeb is a draft at Ghadames, under the demonstration's terms."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mabar.base.models import Place
from mabar.crossings import commands as crossings
from mabar.crossings.models import Crossing
from mabar.crossings.wire import KINDS
from mabar.declarations import commands, sad
from mabar.declarations.models import Advance, Draft
from mabar.declarations.wire import ADVANCE
from mabar.exchange import demonstration, erasing, kinds
from mabar.exchange.ceremony_making import DescriptorWish
from mabar.exchange.models import Received, Sent
from mabar.exchange.own import ms_of
from mabar.exchange.protocol import paths, policy, terms_form
from mabar.exchange.simulation.clockwork import Dice
from mabar.exchange.simulation.disk import Disk
from mabar.exchange.simulation.node import Node
from mabar.exchange.simulation.nodes_in_one import Machine, on
from mabar.site import stores
from mabar.site.node import Node as RealNode
from tests.declarations import test_advance as acts
from tests.exchange.partner import template
from tests.world import NOON, World, make_world

TERMS = (Path(__file__).parents[2] / "src" / "mabar" / "site" / "data" / "demo_terms.json").read_bytes()
CODES = ("dz.debdeb", "ly.ghadames")


class Pair:
    """Debdeb and Ghadames, each with its own cast."""

    def __init__(self, machines: dict[str, Machine]) -> None:
        self.machines, self.worlds = machines, dict[str, World]()
        self.nodes = {code: Node(machine) for code, machine in machines.items()}
        self.at = NOON

    def on(self, code: str) -> Any:
        """Let what is inside happen at a node."""
        return on(self.machines[code])

    def carry(self, rounds: int = 6) -> None:
        """Carry what waits, both ways."""
        for _ in range(rounds):
            self.at += timedelta(seconds=1)
            for code, node in self.nodes.items():
                with self.on(code):
                    node.tick(self.at)
                    bodies = list(node.bodies_to_send(self.at))
                for to, body in bodies:
                    with self.on(to):
                        answer = self.nodes[to].receive(body, self.at)
                    with self.on(code):
                        node.receive(answer, self.at)


@pytest.fixture
def pair(tmp_path: Path, django_db_blocker: Any) -> Iterator[Pair]:
    """Two nodes that trust each other, with the demonstration's terms in force."""
    options = dict(stores.databases(RealNode(tmp_path, "dz.hq", "localhost", 8080, "secret"))["default"]["OPTIONS"])
    with django_db_blocker.unblock():
        made = Pair({code: _machine(tmp_path / code, code, template(), options) for code in CODES})
        _introduce(made, tmp_path)
        yield made
        for machine in made.machines.values():
            machine.close()


def _machine(folder: Path, code: str, template: Path, options: dict[str, Any]) -> Machine:
    folder.mkdir()
    shutil.copy(template, folder / "acts.sqlite3")
    return Machine(code, Disk(folder), options, node=SimpleNamespace(folder=folder, code=code))


def _introduce(pair: Pair, folder: Path) -> None:
    draw = Dice(1).of("keys").randbytes
    roots = {
        code: demonstration.DemoAdministration.made(code, (f"إدارة {code}", code, code), NOON, draw)
        for code in ("dz", "ly")
    }
    items = [root.root_item for root in roots.values()]
    for code in CODES:
        wish = DescriptorWish(
            code, ("عقدة", "n", "n"), (), ("customs",), (), "Africa/Tripoli", "DEMO", ms_of(NOON) - 3_600_000
        )
        items.append(roots[code[:2]].certify(folder / code, wish))
    for code in CODES:
        with pair.on(code):
            pair.worlds[code] = make_world()
            demonstration.introduce(items, [each for each in CODES if each != code], NOON)
            demonstration.bring_into_force(demonstration.terms_item(TERMS, list(roots.values())), NOON)
            crossings.establish(pair.worlds[code].node, code, gates=2, at=NOON)
            assert list(Crossing.objects.values_list("place", flat=True)) == [code]
            assert Place.objects.get(code=code).faces_id in CODES


def _released(pair: Pair) -> Any:
    with pair.on("dz.debdeb"):
        world = pair.worlds["dz.debdeb"]
        declaration = acts.settled_export(world)
        if declaration.state != "released":
            declaration = commands.release(world.officers["release_officer"], declaration.key, at=NOON)
        return declaration


def test_a_release_at_debdeb_is_a_draft_at_ghadames_before_any_truck(pair) -> None:
    declaration = _released(pair)
    pair.carry()
    with pair.on("dz.debdeb"):
        (sent,) = Sent.objects.filter(kind=ADVANCE.kind)
        assert (sent.said, sent.code) == ("accepted", "")
    with pair.on("ly.ghadames"):
        assert not Received.objects.filter(said="refused").exists()
        advance = Advance.objects.get()
        assert (advance.partner, advance.declaration) == ("dz.debdeb", declaration.key)
        draft = Draft.objects.get(key=advance.draft)
        assert (draft.place_id, draft.firm_id) == ("ly.ghadames", None)
        assert len(sad.loads(draft.record).items) == 2
        claimed = commands.claim_advance(
            pair.worlds["ly.ghadames"].broker, str(declaration), proof=declaration.key, at=pair.at
        )
        assert claimed.firm_id == "BROKER-OASIS"


def test_what_came_is_erased_after_the_terms_retention(pair) -> None:
    _released(pair)
    pair.carry()
    with pair.on("ly.ghadames"):
        assert erasing.erase_due(pair.at + timedelta(days=364)) == 0
        erasing.erase_due(pair.at + timedelta(days=367))
        assert Advance.objects.get().record == ""
        assert not Draft.objects.exists()


def test_the_demonstrations_terms_read_compile_and_say_that_they_are_none() -> None:
    terms = terms_form.read(TERMS)
    assert terms_form.written(terms) == TERMS
    assert terms.name == "dz-ly.goods.1"
    assert all("DEMO" in article.text for article in terms.legal_basis)
    rows = {(row.name, row.major): row for row in kinds.rows()}
    assert policy.compiled(terms, rows).terms == terms
    packages = {each.kind.partition(".")[0] for each in terms.kinds}
    said = {
        of: {(each.retention_days, each.onward) for each in terms.kinds if each.kind.startswith(f"{of}.")}
        for of in packages
    }
    assert said["crossings"] == said["declarations"] == {(365, "never")}
    assert said["origin"] == {(1825, "never")}
    assert {onward for _, onward in said["assistance"]} == {"with-consent"}
    assert {each.senders for each in terms.kinds} == {("dz", "ly")}


def test_the_demonstrations_terms_name_every_field_of_every_kind_of_goods() -> None:
    named = {each.kind: set(each.fields) for each in terms_form.read(TERMS).kinds}
    for row in (*KINDS.values(), ADVANCE):
        assert named[row.kind] == {field.path for field in row.fields}


def test_a_generated_export_projects_whole_and_nothing_of_it_is_outside() -> None:
    from mabar.exchange import messages
    from tests.declarations.advancing import exports, message

    (fields,) = [each.fields for each in terms_form.read(TERMS).kinds if each.kind == ADVANCE.kind]
    through = paths.tree(fields)
    for each in exports(20):
        told = messages.document(message(each))
        assert paths.outside(through, told) is None
        assert paths.projected(through, told) == told
