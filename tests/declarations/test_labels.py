"""Labels of packages: as many as packages, never more than a file holds, and no name on them."""

from urllib.parse import unquote

import pytest
from django.core.cache import cache

from mabar.base import files, paper_making, paper_signatures
from mabar.base.rules import NoSuchRecord
from mabar.declarations import commands, labels, queries, rules, tasks
from mabar.declarations.models import Declaration
from mabar.declarations.sad_parts import Packages
from tests.crossings import yard
from tests.declarations import desk
from tests.declarations.desk import DEB
from tests.declarations.records import import_record, item
from tests.languages import EACH_LANGUAGE
from tests.world import NOON

OFFICE = queries.Scope(places=(DEB,))


def packed(world, *counts):
    goods = tuple(
        item(number, packages=Packages(count=count, kind_code="CT")) for number, count in enumerate(counts, 1)
    )
    return desk.lodge(world, import_record(items=goods))


def sheet(declaration, **asked):
    return labels.sheet_of(OFFICE, declaration.key, **asked)


def html(declaration, language="fr", **asked):
    return labels.html_of(sheet(declaration, **asked), language=language, at=NOON)


def test_there_is_a_label_for_each_package_with_its_item(world):
    declaration = packed(world, 3, 12)
    made = sheet(declaration)
    assert [(each.number, each.item, each.of_item, each.in_item) for each in made.labels[:4]] == [
        (1, 1, 1, 3),
        (2, 1, 2, 3),
        (3, 1, 3, 3),
        (4, 2, 1, 12),
    ]
    assert (made.labels[-1].number, made.labels[-1].of_item) == (15, 12)
    assert [len(page) for page in made.pages] == [14, 1]
    paper = html(declaration)
    assert paper.count('<li class="label">') == 15
    assert paper.count('class="qr"') == 15
    assert "15 / 15" in paper


def test_a_label_bears_number_office_and_code_and_no_name(world):
    declaration = packed(world, 2)
    for language in ("fr", "en"):
        paper = html(declaration, language)
        assert declaration.number in paper
        assert declaration.office in paper
        for name in (declaration.consignee, declaration.exporter, declaration.declarant):
            assert name
            assert name not in paper
    record = labels.told_of(sheet(declaration), language="fr", at=NOON).record
    assert not {"consignee", "exporter", "declarant"} & set(record)


def test_the_code_is_the_address_of_the_declaration_as_on_its_other_papers(world):
    from mabar.declarations.paper_words import address_of, code_of

    declaration = packed(world, 1)
    assert address_of(declaration.key).endswith(f"/declarations/{declaration.key}/")
    assert str(code_of(declaration.key, declaration.number)) in html(declaration)


def test_twelve_thousand_packages_make_no_labels_silently(world):
    declaration = packed(world, 12_000)
    with pytest.raises(rules.TooManyLabels) as refused:
        sheet(declaration)
    assert refused.value.details == {"labels": 12_000, "limit": rules.MOST_LABELS, "last": rules.MOST_LABELS}
    for language in ("ar", "fr", "en"):
        assert str(rules.MOST_LABELS) in refused.value.sentence(language).remedy
    some = sheet(declaration, first=11_991, last=12_000)
    assert [each.number for each in some.labels] == list(range(11_991, 12_001))
    assert len(sheet(declaration, first=1, last=rules.MOST_LABELS).labels) == rules.MOST_LABELS
    with pytest.raises(rules.TooManyLabels):
        sheet(declaration, first=1, last=rules.MOST_LABELS + 1)


@pytest.mark.parametrize(("first", "last"), [(0, 1), (2, 1), (1, 16), (16, 16)])
def test_packages_that_there_are_not_are_refused(world, first, last):
    with pytest.raises(rules.LabelsOutOfRange):
        sheet(packed(world, 15), first=first, last=last)


def test_goods_without_packages_have_no_labels(world):
    declaration = packed(world, 5)
    Declaration.objects.filter(key=declaration.key).update(packages=0)
    with pytest.raises(rules.NoPackages):
        sheet(declaration)


def test_where_items_and_total_disagree_no_item_is_claimed(world):
    declaration = packed(world, 5)
    Declaration.objects.filter(key=declaration.key).update(packages=6)
    assert [(each.number, each.item) for each in sheet(declaration).labels] == [(n, None) for n in range(1, 7)]


def test_the_plate_is_that_of_the_one_truck_or_of_the_truck_named(world):
    yard.open_yard(world)
    declaration = packed(world, 4)
    assert sheet(declaration).plate == ""
    share = {"packages": 2, "gross_mass_g": 1000, "at": NOON}
    one = yard.announce(world)
    commands.attach(world.broker, declaration.key, passage=one, **share)
    assert sheet(declaration).plate == yard.PLATE
    other = yard.announce(world, plate="77777-300-30")
    commands.attach(world.broker, declaration.key, passage=other, **share)
    assert sheet(declaration).plate == ""
    assert sheet(declaration, truck=other).plate == "77777-300-30"
    with pytest.raises(NoSuchRecord):
        sheet(declaration, truck="0" * 26)


def test_labels_of_another_house_are_nobodys(world):
    with pytest.raises(NoSuchRecord):
        labels.sheet_of(queries.Scope(firm=world.rival.firm_id), packed(world, 4).key)


def test_the_worker_makes_the_labels_asked_for_as_a_signed_pdf(world):
    if not paper_making.can_make_pdf():
        pytest.skip("this machine has nothing that makes PDF")
    declaration = packed(world, 40)
    name = tasks.print_paper.func(world.broker.key, declaration.key, "fr", "labels", {"first": 3, "last": 20})
    found = paper_signatures.found(files.read(name))
    assert found.is_of_these_pages
    assert (found.said["record"]["first"], found.said["record"]["last"]) == (3, 20)


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
def test_the_page_asks_which_packages_and_leads_to_the_sheets(enter, world, language):
    declaration = packed(world, 12_000)
    address = f"/declarations/{declaration.key}/labels/"
    client = enter(world.broker, language)
    assert address in client.get(f"/declarations/{declaration.key}/").content.decode()
    page = client.get(address).content.decode()
    assert page.count("<h1") == 1
    too_many = client.post(address + "print/", {"first": "", "last": ""})
    assert too_many.status_code == 422
    assert "TooManyLabels" in too_many.content.decode()
    made = client.post(address + "print/", {"first": "١", "last": "14"})
    assert made.status_code == 302, made.content.decode()
    assert "first=1&last=14" in unquote(made["Location"])
    assert client.get(made["Location"]).content.decode().count('<li class="label">') == 14
    assert client.get(address + "sheet/").status_code == 422
    assert client.get(address + "sheet/?first=x").status_code == 422
    assert client.post(address + "print/", {"first": "x"}).status_code == 422


@pytest.mark.django_db(databases="__all__")
def test_who_may_not_read_the_declaration_gets_no_labels(enter, client, world):
    address = f"/declarations/{packed(world, 4).key}/labels/"
    assert client.get(address + "sheet/").status_code == 302
    rival = enter(world.rival)
    for page in ("", "sheet/"):
        assert rival.get(address + page).status_code == 404
    assert rival.post(address + "print/").status_code == 404
    assert enter(world.officers["police_officer"]).get(address).status_code == 403


@pytest.mark.django_db(databases="__all__")
def test_labels_are_asked_of_the_worker_as_pdf(enter, world):
    if not paper_making.can_make_pdf():
        pytest.skip("this machine has nothing that makes PDF")
    declaration = packed(world, 4)
    client = enter(world.broker)
    asked = client.post(f"/declarations/{declaration.key}/labels/print/", {"last": "2", "pdf": "1"})
    assert asked.status_code == 302
    assert "/paper/" in asked["Location"]
    assert client.get(asked["Location"]).status_code == 200
