"""Two at once: real transactions, each in a connection of its own."""

from threading import Barrier, Thread

import pytest
from django.db import connections

from mabar.base.keys import new_key
from mabar.base.models import JournalLine
from mabar.declarations import commands
from mabar.declarations.models import Declaration, Item, Series
from mabar.lib.refusals import Refusal
from tests.declarations.desk import DEB, assessed, in_lane
from tests.declarations.records import SEED, import_record
from tests.standing import cast
from tests.world import NOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def busy_world(transactional_db):
    return cast()


def at_once(*acts):
    """Start every act in a thread of its own at the same moment, and give what each returned or refused."""
    barrier, outcomes = Barrier(len(acts)), [None] * len(acts)

    def run(number, act):
        try:
            barrier.wait(timeout=20)
            outcomes[number] = act()
        except Refusal as refusal:
            outcomes[number] = refusal
        finally:
            connections["default"].close()

    threads = [Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def test_the_same_content_lodged_twice_at_once_is_one_declaration(busy_world):
    def lodge():
        return commands.lodge(
            busy_world.broker, new_key(NOON), record=import_record(), place=DEB, seed=SEED, at=NOON
        ).key

    keys = at_once(*[lodge] * 4)
    assert len(set(keys)) == 1, keys
    assert Declaration.objects.count() == 1
    assert Item.objects.count() == 2
    assert JournalLine.objects.filter(verb="declarations.lodge").count() == 1


def test_many_lodged_at_once_have_numbers_without_a_gap(busy_world):
    def lodge(part):
        entries = [commands.Entry(new_key(NOON), import_record(f"{part}-{n}"), SEED) for n in range(30)]
        return lambda: list(commands.lodge_many(busy_world.broker, entries, place=DEB, at=NOON))

    at_once(*map(lodge, "ABC"))
    numbers = sorted(Declaration.objects.values_list("number", flat=True))
    assert numbers == [f"DZDEB-2026-C-{n:06d}" for n in range(1, 91)]
    assert Series.objects.get().next_serial == 91


def test_two_officers_at_once_on_one_declaration_only_one_assesses(busy_world):
    declaration = in_lane(busy_world, "green")
    seen = declaration.version

    def assess(amount):
        return lambda: commands.assess(
            busy_world.officers["assessor"],
            declaration.key,
            amount_minor=amount,
            currency="DZD",
            at=NOON,
            version=seen,
        )

    outcomes = at_once(assess(100), assess(200))
    assert sorted(getattr(each, "code", "done") for each in outcomes) == ["OutOfTurn", "done"]
    assert Declaration.objects.get().version == seen + 1


def test_paid_twice_at_once_is_paid_once(busy_world):
    declaration = assessed(busy_world)

    def pay():
        return commands.note_payment(
            busy_world.officers["cashier"],
            declaration.key,
            reference="R-1",
            amount_minor=250_000,
            currency="DZD",
            at=NOON,
        )

    outcomes = at_once(pay, pay)
    assert sorted(getattr(each, "code", "done") for each in outcomes) == ["NothingOwed", "done"]
    assert declaration.settlements.count() == 1
