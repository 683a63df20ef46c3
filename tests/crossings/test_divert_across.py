"""A diversion between two nodes of one administration: proposed, given hours, refused, kept; each consent a message."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mabar.base import doors
from mabar.base.keys import new_key
from mabar.base.models import Actor, Agency, Mandate, Place, Post
from mabar.base.rules import NoSuchRecord
from mabar.crossings import commands, inbox_diversions
from mabar.crossings import rules as yard_rules
from mabar.crossings.messages import DiversionAnswer, DiversionOutcome, DiversionProposed
from mabar.crossings.models import Diversion, DivertedTruck, Passage
from mabar.crossings.queries import diverting as asking
from mabar.crossings.rules import diverting, far_diverting
from mabar.crossings.rules.diverting_refusals import AboveCapacity, DiversionMovedOn, DiversionUnreadable
from mabar.crossings.wire import OWN_KINDS
from mabar.exchange import kinds, messages
from mabar.exchange.kinds import Letter
from mabar.exchange.models import Partner, Received, Sent
from mabar.exchange.protocol import documents, paths
from mabar.exchange.protocol.kind_table import KindRow
from tests.crossings import yard
from tests.crossings.sister import REASON, ROAD_HOURS, THERE, change_opening
from tests.crossings.yard import announce, later, step
from tests.exchange import partner
from tests.exchange.partner import Across
from tests.languages import EACH_LANGUAGE
from tests.world import NOON, World, make_world

pytestmark = pytest.mark.django_db(databases="__all__")
HERE = "dz.debdeb"
GOLDEN = Path(__file__).parent / "golden"
KEY, FAR = "01M81EKCW0D00000000000000A", "01M81EKCW0P00000000000000A"
TRUCK = {"passage": FAR, "plate": "00001-300-33", "direction": "entry"}
TOLD = {
    "diversion-proposed-1": DiversionProposed(KEY, HERE, THERE, REASON, 2, NOON, (TRUCK,)),
    "diversion-answer-1": DiversionAnswer(
        KEY, THERE, "accepted", NOON, "", ({"passage": FAR, "slot_at": "2026-11-22T15:00:00+00:00"},)
    ),
    "diversion-outcome-1": DiversionOutcome(
        KEY,
        HERE,
        "kept",
        NOON,
        "",
        ({**TRUCK, "trailer_plate": "T-1", "carrier": "نقل", "references": ["DZDEB-1"], "seals": ["DZ 1"]},),
    ),
}


def order() -> bytes:
    """Write a standing order that names every field of the three kinds."""
    told = json.loads(partner.terms())
    named = [
        {
            **told["kinds"][0],
            "kind": row.kind,
            "from": ["dz"],
            "masked": [],
            "fields": sorted(f.path for f in row.fields),
        }
        for row in sorted(OWN_KINDS.values(), key=lambda row: row.kind)
    ]
    whole = {**told, "parties": told["parties"][:1], "oversight": told["oversight"][:1], "kinds": named}
    return documents.written({**whole, "name": "dz.goods.1", "version": 1})


def _fields(row: KindRow) -> list[str]:
    return sorted(field.path for field in row.fields)


class Line:
    """Debdeb, which is closed, and Tin Alkoum at a node of its own."""

    def __init__(self, world: World, there: Across) -> None:
        self.world, self.there, self.at = world, there, NOON
        _tin_alkoum()
        change_opening(world, is_open=False)
        with there.at_work():
            make_world()
            self.officer = _officer(_tin_alkoum())
            commands.establish(world.node, THERE, gates=1, at=NOON)
            commands.state_capacity(self.officer, THERE, an_hour=2, at=NOON)

    def trucks(self, number: int) -> list[str]:
        """Bring trucks to the closed crossing, one a minute."""
        keys = []
        for each in range(number):
            key = announce(self.world, plate=f"{each:05}-300-33", at=later(-60))
            step(self.world, key, "queued", at=later(-50 + each))
            keys.append(key)
        return keys

    def proposed(self) -> Diversion:
        told = {"place": HERE, "target": THERE, "reason": REASON, "road_hours": ROAD_HOURS, "at": self.at}
        found = commands.propose_diversion(self.world.officers["yard_officer"], new_key(self.at), **told)
        self.meet()
        return found

    def accepts(self, key: str, **facts: Any) -> None:
        with self.there.at_work():
            commands.accept_diversion(self.officer, key, **{"an_hour": 2, "hours": 1, "at": self.at, **facts})

    def meet(self) -> None:
        self.at += timedelta(minutes=1)
        self.there.meet(self.at)

    def states(self, key: str) -> tuple[list[str], list[str]]:
        """Give what each node has of each truck."""
        with self.there.at_work():
            far = [each.state for each in asking.trucks_of(key)]
        return [each.state for each in asking.trucks_of(key)], far


def _tin_alkoum() -> Place:
    names = {"name_ar": "تين الكوم", "name_fr": "Tin Alkoum", "name_en": "Tin Alkoum"}
    return Place.objects.create(code=THERE, administration_id="dz", kind="crossing", zone="Africa/Algiers", **names)


def _officer(place: Place) -> Actor:
    agency = Agency.objects.get(code="dz.customs")
    told = {"kind": Actor.OFFICER, "name": "yard_officer", "agency": agency, "place": place, "password": "!"}
    officer = Actor.objects.create(key="TAK-0001", **told)
    post = Post.objects.get(agency="dz.customs", function="yard_officer")
    Mandate.objects.create(actor=officer, post=post, place=place, from_on=date(2026, 1, 1))
    return officer


@pytest.fixture
def line(world: World, tmp_path: Path) -> Iterator[Line]:
    """Both nodes under a standing order."""
    for met in partner._met(Across(tmp_path / "tin-alkoum", THERE)):
        commands.establish(world.node, HERE, gates=2, at=NOON)
        made = Line(world, met)
        met.agree_alone(order())
        yield made


def test_a_proposal_is_given_hours_up_to_the_capacity_and_the_rest_waits_on_both_sides(line: Line) -> None:
    keys = line.trucks(3)
    diversion = line.proposed()
    with line.there.at_work():
        row = asking.diversion(diversion.key)
        assert (row.state, row.trucks, row.partner, row.reason) == ("proposed", 3, HERE, REASON)
        with pytest.raises(AboveCapacity):
            commands.accept_diversion(line.officer, diversion.key, an_hour=3, hours=1, at=line.at)
    line.accepts(diversion.key)
    line.meet()
    assert line.states(diversion.key) == (["offered", "offered", "proposed"],) * 2
    offers = [asking.offer_to(key) for key in keys]
    assert [offer.truck.slot_at is not None for offer in offers if offer] == [True, True, False]
    with line.there.at_work():
        far = {each.passage: each.slot_at for each in asking.trucks_of(diversion.key)}
    assert far == {key: offer.truck.slot_at for key, offer in zip(keys, offers, strict=True) if offer}
    assert Sent.objects.get(kind=DiversionProposed.KIND).said == "accepted"
    assert Received.objects.get(kind=DiversionAnswer.KIND).said == "accepted"


def test_the_rest_is_given_an_hour_later_and_never_more_than_the_capacity_of_it(line: Line) -> None:
    line.trucks(5)
    diversion = line.proposed()
    line.accepts(diversion.key)
    line.accepts(diversion.key, hours=2)
    line.meet()
    assert line.states(diversion.key)[0] == ["offered"] * 4 + ["proposed"]
    hours = [each.slot_at for each in asking.trucks_of(diversion.key) if each.slot_at]
    assert [hours.count(hour) for hour in sorted(set(hours))] == [2, 2]


def test_a_truck_that_keeps_its_hour_is_announced_at_the_other_node_with_what_it_carries(line: Line) -> None:
    (key,) = line.trucks(1)
    yard.attach(line.world, key)
    diversion = line.proposed()
    line.accepts(diversion.key)
    line.meet()
    commands.keep_diversion(line.world.officers["yard_officer"], key, successor=new_key(line.at), at=line.at)
    line.meet()
    assert Passage.objects.get(key=key).state == "diverted"
    kept = DivertedTruck.objects.get(passage=key)
    assert (kept.state, kept.successor, Sent.objects.get(message=kept.message).kind) == (
        "kept",
        None,
        DiversionOutcome.KIND,
    )
    with line.there.at_work():
        there = Passage.objects.get(place=THERE)
        truck = DivertedTruck.objects.get(diversion=diversion.key)
        assert (there.state, there.plate, there.expected_at) == ("announced", "00000-300-33", kept.slot_at)
        assert there.seals == [yard.SEAL]
        assert (truck.state, truck.successor_id, truck.message) == ("kept", there.key, kept.message)
        assert asking.taken(THERE, NOON) == {kept.slot_at: 1}


def test_declined_expired_and_withdrawn_offers_free_their_hours_across(line: Line) -> None:
    keys = line.trucks(3)
    diversion = line.proposed()
    line.accepts(diversion.key, hours=2)
    line.meet()
    commands.decline_diversion(line.world.officers["yard_officer"], keys[0], at=line.at)
    slots = [each for each in asking.trucks_of(diversion.key) if each.passage == keys[1]]
    assert slots[0].answer_by
    commands.expire_offer(line.world.node, f"{diversion.key}/x", due_at=slots[0].answer_by, at=slots[0].answer_by)
    commands.withdraw_diversion(line.world.officers["yard_officer"], diversion.key, reason="open again", at=line.at)
    line.meet()
    assert line.states(diversion.key) == (["declined", "expired", "withdrawn"],) * 2
    with line.there.at_work():
        assert asking.taken(THERE, NOON) == {}
        assert asking.diversion(diversion.key).state == "withdrawn"


def test_a_refusal_leaves_the_trucks_in_their_queue_with_the_reason(line: Line) -> None:
    (key,) = line.trucks(1)
    diversion = line.proposed()
    with line.there.at_work():
        commands.refuse_diversion(line.officer, diversion.key, reason="no room", at=line.at)
    line.meet()
    row = asking.diversion(diversion.key)
    assert (row.state, row.answer, row.answered_by) == ("refused", "no room", THERE)
    assert line.states(diversion.key) == (["refused"], ["refused"])
    assert Passage.objects.get(key=key).state == "queued"


def test_a_withdrawal_and_hours_that_cross_leave_no_truck_offered(line: Line) -> None:
    line.trucks(1)
    diversion = line.proposed()
    line.accepts(diversion.key)
    commands.withdraw_diversion(line.world.officers["yard_officer"], diversion.key, reason="open again", at=line.at)
    line.meet()
    assert line.states(diversion.key) == (["withdrawn"], ["withdrawn"])
    assert Received.objects.get(kind=DiversionAnswer.KIND).code == "rule.diversion-moved-on"


def test_neither_node_does_the_others_act(line: Line) -> None:
    line.trucks(1)
    diversion = line.proposed()
    assert [asking.diversion(diversion.key).offers(f"{act}_diversion") for act in ("accept", "refuse", "withdraw")] == [
        False,
        False,
        True,
    ]
    with line.there.at_work():
        row = asking.diversion(diversion.key)
        assert [row.offers(f"{act}_diversion") for act in ("accept", "refuse", "withdraw")] == [True, True, False]
    assert [place.code for place in asking.far_sisters(HERE)] == [THERE]


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_the_page_of_the_receiving_crossing_takes_what_another_node_proposes(
    client: Any, there: World, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr(doors, "now", lambda: NOON)
    inbox_diversions.open_proposed(TOLD["diversion-proposed-1"], letter())
    officer = there.officers["yard_officer"]
    officer.language = language
    officer.save(update_fields=["language"])
    client.force_login(officer)
    assert f"/diversions/{KEY}/" in client.get("/diversions/").content.decode()
    text = client.get(f"/diversions/{KEY}/").content.decode()
    assert f'lang="{language}"' in text
    assert TRUCK["plate"] in text
    assert "refuse_diversion/" in text
    assert "withdraw_diversion/" not in text
    typed = {"version": 1, "an_hour": 1, "hours": 1, "not_before": ""}
    assert client.post(f"/diversions/{KEY}/accept_diversion/", typed).status_code == 302
    assert DivertedTruck.objects.get().state == "offered"


def test_the_page_of_the_closed_crossing_offers_the_other_nodes_crossing(
    client: Any, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "now", lambda: NOON)
    (key,) = line.trucks(1)
    client.force_login(line.world.officers["yard_officer"])
    assert THERE in client.get("/diversions/new/").content.decode()
    typed = {"place": HERE, "target": THERE, "road_hours": 2, "reason": REASON, "direction": ""}
    answer = client.post("/diversions/new/", typed)
    assert answer.status_code == 302
    assert "00000-300-33" in client.get(answer["Location"]).content.decode()
    assert DivertedTruck.objects.get(passage=key).state == "proposed"


# What is told twice, late, or wrongly


def letter(sender: str = HERE, key: str = "01M81EKCW0M00000000000000A") -> Letter:
    return Letter(sender, key, "", {}, "crossing-control", "dz.goods.1", 1.0, False, NOON)


@pytest.fixture
def there(world: World) -> World:
    """Tin Alkoum as the crossing of this node, and Debdeb a partner's."""
    officer = _officer(_tin_alkoum())
    commands.establish(world.node, THERE, gates=1, at=NOON)
    commands.state_capacity(officer, THERE, an_hour=2, at=NOON)
    Partner.objects.create(code=HERE, since_at=NOON)
    return replace(world, officers={**world.officers, "yard_officer": officer})


def offered(world: World) -> None:
    inbox_diversions.open_proposed(TOLD["diversion-proposed-1"], letter())
    commands.accept_diversion(world.officers["yard_officer"], KEY, an_hour=1, hours=1, at=NOON)


def test_a_truck_kept_twice_is_announced_once_and_one_announced_before_is_tied(there: World) -> None:
    offered(there)
    known = announce(there, place=THERE, plate=TRUCK["plate"])
    for number in "AB":
        inbox_diversions.open_outcome(TOLD["diversion-outcome-1"], letter(key=f"01M81EKCW0M0000000000000{number}0"))
    assert Passage.objects.get().key == known
    assert DivertedTruck.objects.get().successor_id == known


def test_a_proposal_told_twice_is_one_and_what_is_kept_after_it_expired_still_comes(there: World) -> None:
    offered(there)
    inbox_diversions.open_proposed(TOLD["diversion-proposed-1"], letter())
    assert (Diversion.objects.count(), DivertedTruck.objects.count()) == (1, 1)
    expired = DiversionOutcome(KEY, HERE, "expired", NOON, "", ({"passage": FAR},))
    inbox_diversions.open_outcome(expired, letter())
    inbox_diversions.open_outcome(TOLD["diversion-outcome-1"], letter())  # the line was cut, the carrier was not
    assert DivertedTruck.objects.get().state == "kept"


def test_what_another_tells_of_a_diversion_is_refused(there: World) -> None:
    offered(there)
    with pytest.raises(yard_rules.NotAcross):
        inbox_diversions.open_proposed(TOLD["diversion-proposed-1"], letter("dz.elsewhere"))
    foreign = replace(TOLD["diversion-outcome-1"], place="dz.elsewhere")
    with pytest.raises(NoSuchRecord):
        inbox_diversions.open_outcome(foreign, letter("dz.elsewhere"))
    unknown = replace(TOLD["diversion-outcome-1"], trucks=({**TRUCK, "passage": "X"},))
    with pytest.raises(NoSuchRecord):
        inbox_diversions.open_outcome(unknown, letter())
    other = replace(TOLD["diversion-proposed-1"], diversion="X", place="ly.ghadames")
    with pytest.raises(yard_rules.CrossingsRefusal):
        inbox_diversions.open_proposed(other, letter("ly.ghadames"))
    commands.refuse_diversion(there.officers["yard_officer"], KEY, reason="no", at=NOON)
    with pytest.raises(DiversionMovedOn):
        commands.accept_diversion(there.officers["yard_officer"], KEY, an_hour=1, hours=1, at=NOON)


def test_the_proposer_tells_no_hours_and_no_refusal(there: World) -> None:
    inbox_diversions.open_proposed(TOLD["diversion-proposed-1"], letter())
    node = there.node
    with pytest.raises(NoSuchRecord):
        commands.hear_diversion_hours(node, KEY, partner=HERE, slots={FAR: later(180)}, at=NOON)
    for state in ("accepted", "refused"):
        forged = replace(TOLD["diversion-answer-1"], target=HERE, state=state)
        with pytest.raises(NoSuchRecord):
            inbox_diversions.open_answer(forged, letter())
    assert (Diversion.objects.get().state, DivertedTruck.objects.get().state) == ("proposed", "proposed")


def test_the_target_tells_no_outcome(line: Line) -> None:
    (key,) = line.trucks(1)
    diversion = line.proposed()
    line.accepts(diversion.key)
    line.meet()
    kept = replace(TOLD["diversion-outcome-1"], diversion=diversion.key, place=THERE)
    coming = {**kept.trucks[0], "passage": key}
    for outcome in ("withdrawn", "declined", "kept"):
        forged = replace(kept, outcome=outcome, trucks=(coming,))
        with pytest.raises(NoSuchRecord, match=diversion.key):
            inbox_diversions.open_outcome(forged, letter(THERE))
    assert Diversion.objects.get().state == "accepted"
    assert DivertedTruck.objects.get().state == "offered"


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (far_diverting.read_trucks, ()),
        (far_diverting.read_trucks, (TRUCK, TRUCK)),
        (far_diverting.read_trucks, ({**TRUCK, "direction": "up"},)),
        (far_diverting.read_trucks, ("x",)),
        (far_diverting.read_trucks, ({**TRUCK, "plate": "1" * 41},)),
        (far_diverting.read_coming, ({**TRUCK, "seals": "DZ 1"},)),
        (far_diverting.read_coming, ({**TRUCK, "references": [1]},)),
        (far_diverting.read_slots, ({"passage": FAR, "slot_at": "soon"},)),
        (far_diverting.read_slots, ({"passage": FAR, "slot_at": "2026-11-22T15:00:00"},)),
        (far_diverting.read_passages, ({},)),
        (far_diverting.read_road_hours, -1),
        (far_diverting.read_road_hours, True),
        (far_diverting.read_road_hours, diverting.LONGEST_ROAD_HOURS + 1),
        (far_diverting.read_outcome, "eaten"),
    ],
)
def test_what_is_not_of_its_form_is_refused(read: Any, told: Any) -> None:
    with pytest.raises(DiversionUnreadable):
        read(told)


@pytest.mark.parametrize("name", TOLD)
def test_a_message_crosses_as_it_was_published(name: str) -> None:
    published = (GOLDEN / f"{name}.json").read_text(encoding="utf-8").rstrip("\n")
    message = TOLD[name]
    assert documents.written(messages.document(message)).decode() == published
    assert messages.taken(type(message), json.loads(published)) == message
    row = OWN_KINDS[type(message)]
    tree = paths.tree([field.path for field in row.fields])
    assert paths.projected(tree, messages.document(message)) == messages.document(message)
    assert kinds.for_partners(message.KIND).row is row
