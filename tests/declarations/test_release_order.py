"""The release order: for what is released alone, in two languages, by page and as a signed PDF."""

from datetime import UTC, datetime

import pytest
from django.core.cache import cache

from mabar.base import files, node_keys, paper_making, paper_signatures
from mabar.base.rules import NoSuchRecord
from mabar.crossings import commands as yard_commands
from mabar.declarations import commands, papers, queries, release_orders, rules, tasks
from tests.crossings import yard
from tests.declarations import desk
from tests.declarations.desk import DEB
from tests.languages import EACH_LANGUAGE
from tests.world import NOON

OFFICE = queries.Scope(places=(DEB,))


def order(declaration):
    return release_orders.order_of(OFFICE, declaration.key)


def html(declaration, language="fr"):
    return release_orders.html_of(order(declaration), language=language, at=NOON)


def on_a_truck(world, declaration, packages=10):
    yard.open_yard(world)
    truck = yard.announce(world)
    commands.attach(world.broker, declaration.key, passage=truck, packages=packages, gross_mass_g=500_000, at=NOON)
    return truck


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "La marchandise peut être enlevée"), ("en", "The goods may leave")]
)
def test_the_order_says_who_released_what_and_on_which_trucks(world, language, said):
    declaration = desk.released(world)
    on_a_truck(world, declaration)
    paper = html(declaration, language)
    officer = world.officers["release_officer"].key
    for told in (
        said,
        "يجوز إخراج البضاعة",
        declaration.number,
        declaration.office,
        "Sahra Irrigation",
        "Ponente Pompe",
    ):
        assert told in paper, told
    for told in (
        "Oasis Brokers",
        officer,
        "عون رفع اليد",
        yard.PLATE,
        yard.SEAL,
        "R-1",
        f"/declarations/{declaration.key}/",
    ):
        assert told in paper, told
    assert 'class="qr"' in paper
    assert 'dir="rtl"' in paper


def test_what_no_truck_carries_yet_is_told(world):
    declaration = desk.released(world)
    on_a_truck(world, declaration, packages=4)
    assert "Sur aucun camion encore" in html(declaration)
    assert order(declaration).whole.packages_left == declaration.packages - 4


def test_a_lane_that_releases_itself_names_the_node_and_its_condition(world):
    declaration = desk.released(world, "blue")
    told = order(declaration)
    assert (told.released_by.actor, told.post) == ("node", "")
    assert told.conditions == ("audit",)
    assert "Contrôle a posteriori" in html(declaration)


def test_a_guarantee_is_a_condition_with_its_reference(world):
    declaration = desk.assessed(world)
    owed = {"amount_minor": 250_000, "currency": "DZD", "at": NOON}
    commands.note_guarantee(world.officers["cashier"], declaration.key, reference="G-9", **owed)
    commands.release(world.officers["release_officer"], declaration.key, at=NOON)
    assert order(declaration).conditions == ("guaranteed",)
    paper = html(declaration)
    assert "G-9" in paper
    assert "Droits garantis, non payés" in paper


@pytest.mark.parametrize("bring", [desk.in_lane, desk.settled])
def test_there_is_no_order_before_the_release(world, bring):
    with pytest.raises(rules.NotReleased) as refused:
        order(bring(world, "yellow"))
    said = refused.value.sentence("fr")
    assert "mainlevée" in said.what
    assert said.remedy


def test_there_is_no_order_for_what_was_cancelled(world):
    declaration = desk.settled(world)
    commands.cancel(world.officers["registrar"], declaration.key, reason="double", at=NOON)
    with pytest.raises(rules.NotReleased):
        order(declaration)


def test_a_held_truck_stands_on_the_order_plainly(world):
    declaration = desk.released(world)
    truck = on_a_truck(world, declaration)
    assert order(declaration).standing == "may_leave"
    yard.step(world, truck, "queued")
    yard.step(world, truck, "gate_in")
    yard.hold(world, truck)
    assert order(declaration).standing == "held"
    paper = html(declaration)
    assert "Camion retenu : ne sort pas avant la levée" in paper
    assert "La marchandise peut être enlevée" not in paper
    assert release_orders.told_of(order(declaration), language="fr", at=NOON).record["trucks"][0]["held_by"]


def test_an_order_whose_goods_have_left_lets_nothing_out(world):
    declaration = desk.released(world)
    type(declaration).objects.filter(key=declaration.key).update(state="closed", closed_at=NOON)
    assert order(declaration).standing == "gone"
    paper = html(declaration)
    assert "Marchandise sortie : ce bon ne vaut plus" in paper
    assert "La marchandise peut être enlevée" not in paper


def test_the_record_names_nobody_whom_the_paper_does_not(world):
    declaration = desk.released(world)
    on_a_truck(world, declaration)
    paper = html(declaration)
    for told in _texts(release_orders.told_of(order(declaration), language="fr", at=NOON).record):
        if " " in told:
            assert told in paper, told


def test_a_declarant_of_another_house_may_not_know_of_it(world):
    declaration = desk.released(world)
    assert order(declaration)
    with pytest.raises(NoSuchRecord):
        release_orders.order_of(queries.Scope(firm=world.rival.firm_id), declaration.key)


@pytest.mark.parametrize("kind", ["release-order", "declaration"])
def test_the_worker_makes_a_pdf_whose_record_is_signed_by_the_node(world, settings, kind):
    if not paper_making.can_make_pdf():
        pytest.skip("this machine has nothing that makes PDF")
    declaration = desk.released(world)
    key = node_keys.signing_key(settings.NODE.folder).private.public_key()
    name = tasks.print_paper.func(world.officers["release_officer"].key, declaration.key, "fr", kind)
    found = paper_signatures.found(files.read(name))
    paper_signatures.check(found, key)
    assert (found.said["paper"], found.said["number"]) == (kind, declaration.number)
    record = found.said["record"]
    assert record["consignee"] == "Sahra Irrigation"
    assert datetime.fromisoformat(record["released_at"]) == NOON.astimezone(UTC)
    with pytest.raises(NoSuchRecord):
        tasks.print_paper.func(world.rival.key, declaration.key, "fr", kind)


def test_the_record_of_a_declaration_holds_what_its_paper_shows(world):
    declaration = desk.released(world)
    on_a_truck(world, declaration)
    whole = queries.detail(OFFICE, declaration.key)
    paper = papers.html_of(whole, language="fr", at=NOON)
    for told in _texts(papers._told(whole)):
        if " " in told:
            assert told in paper, told


def _texts(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []


@pytest.fixture
def enter(client, world):
    """Sign an actor in, in a language."""
    cache.clear()

    def as_reader(actor, language="ar"):
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return as_reader


@pytest.mark.django_db(databases="__all__")
@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_the_page_offers_the_order_once_it_is_released(enter, world, language):
    declaration = desk.settled(world)
    address = f"/declarations/{declaration.key}/release-order/"
    client = enter(world.officers["release_officer"], language)
    assert address not in client.get(f"/declarations/{declaration.key}/").content.decode()
    refused = client.get(address)
    assert refused.status_code == 422
    assert "NotReleased" in refused.content.decode()
    assert client.post(address + "pdf/").status_code == 422
    commands.release(world.officers["release_officer"], declaration.key, at=NOON)
    assert address in client.get(f"/declarations/{declaration.key}/").content.decode()
    assert declaration.number in client.get(address).content.decode()


@pytest.mark.django_db(databases="__all__")
def test_who_may_not_read_it_gets_nothing_and_a_stranger_signs_in_first(enter, client, world):
    declaration = desk.released(world)
    address = f"/declarations/{declaration.key}/release-order/"
    assert client.get(address).status_code == 302
    assert enter(world.rival).get(address).status_code == 404
    assert enter(world.officers["police_officer"]).get(address).status_code == 403
    own = enter(world.broker).get(address)
    assert own.status_code == 200
    assert declaration.number in own.content.decode()


@pytest.mark.django_db(databases="__all__")
def test_the_pdf_is_asked_of_the_worker_and_named_for_what_it_is(enter, world):
    if not paper_making.can_make_pdf():
        pytest.skip("this machine has nothing that makes PDF")
    declaration = desk.released(world)
    client = enter(world.broker, "fr")
    asked = client.post(f"/declarations/{declaration.key}/release-order/pdf/")
    assert asked.status_code == 302
    page = client.get(asked["Location"])
    assert page.status_code == 200
    file = client.get(asked["Location"] + "file/")
    assert file.status_code in (200, 404)  # 404 until the worker has made it
    if file.status_code == 200:
        assert "release-order.pdf" in file["Content-Disposition"]


def test_the_hold_is_lifted_through_its_agency_alone(world):
    declaration = desk.released(world)
    truck = on_a_truck(world, declaration)
    yard.step(world, truck, "queued")
    yard.step(world, truck, "gate_in")
    number = yard.hold(world, truck)
    yard_commands.lift_hold(world.officers["police_officer"], truck, hold=number, note="vu", at=NOON)
    assert order(declaration).standing == "may_leave"
