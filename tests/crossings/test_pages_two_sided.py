"""The page of goods that both sides count: both figures in three languages, the count, the settlement."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mabar.base import doors
from mabar.base.models import Actor
from mabar.crossings import commands, inbox_tallies
from mabar.crossings.messages import Tally, TallyAsked
from mabar.crossings.models import TwoSidedTally
from mabar.crossings.transshipment_forms import MASS, PACKAGES
from mabar.exchange.models import Partner
from tests.crossings import km0
from tests.crossings.test_two_sided import DEB, GHA, REFERENCE, letter, told
from tests.crossings.yard import SEAL
from tests.languages import EACH_LANGUAGE
from tests.world import NOON, World

pytestmark = pytest.mark.django_db(databases="__all__")
KEY = told().transshipment
PAGE = f"/tallies/{KEY}/"


@pytest.fixture
def there(world: World) -> World:
    """Ghadames, which is asked to count what Debdeb unloads, and has heard its tally."""
    commands.establish(world.node, GHA, gates=2, at=NOON)
    Partner.objects.create(code=DEB, since_at=NOON)
    asked = TallyAsked(KEY, DEB, "asked", "99417-322-33", NOON, "", told().counted)
    inbox_tallies.open_tally_asked(asked, letter())
    inbox_tallies.open_tally(told(), letter("01M81EKCW0M00000000000000B"))
    return world


@pytest.fixture
def enter(client: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    cache.clear()
    monkeypatch.setattr(doors, "now", lambda: NOON + timedelta(hours=1))

    def as_actor(actor: Actor, language: str = "en") -> Any:
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return as_actor


def count(page: Any, packages: int, **typed: Any) -> Any:
    version = TwoSidedTally.objects.get().version
    figures = {PACKAGES + REFERENCE: packages, MASS + REFERENCE: "12000", "seals": SEAL}
    return page.post(f"{PAGE}note_own_tally/", {"event_key": f"E{version}", "version": version, **figures, **typed})


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_both_figures_stand_beside_each_other_with_the_keys_of_their_messages(enter, there, language) -> None:
    page = enter(there.across["inspector"], language)
    assert count(page, 9).status_code == 302
    with CaptureQueriesContext(connection) as asked:
        text = page.get(PAGE).content.decode()
    assert len(asked) <= 30
    assert f'lang="{language}"' in text
    assert text.count("<h1") == 1
    assert ' style="' not in text
    for shown in (">9<", ">10<", REFERENCE, SEAL, "01M81EKCW0M00000000000000B"):
        assert shown in text, shown
    kept = TwoSidedTally.objects.get()
    assert kept.state == "disagreed"
    assert kept.sides.get(side="ours").message in text
    assert PAGE in page.get("/transshipments/").content.decode()


def test_the_head_settles_on_the_page_and_the_other_side_is_awaited(enter, there) -> None:
    count(enter(there.across["inspector"]), 9)
    page = enter(there.across["head_of_inspection"])
    assert "settle_tallies" in page.get(PAGE).content.decode()
    version = TwoSidedTally.objects.get().version
    typed = {"event_key": "S", "version": version, "reason": "a torn bag"}
    assert page.post(f"{PAGE}settle_tallies/", typed).status_code == 302
    text = page.get(PAGE).content.decode()
    assert "the other side’s is awaited" in text
    assert "a torn bag" in text
    assert "settle_tallies/" not in text


def test_figures_that_were_not_typed_and_old_pages_are_said_on_the_page(enter, there) -> None:
    page = enter(there.across["inspector"])
    assert count(page, "").status_code == 422
    refused = count(page, 10, version=1)
    assert refused.status_code == 422
    assert "TallyOutOfTurn" in refused.content.decode()
    assert page.post(f"{PAGE}burn/").status_code == 404


def test_who_reads_no_board_here_sees_nothing(enter, there) -> None:
    assert enter(there.officers["inspector"]).get(PAGE).status_code == 403
    assert enter(there.broker).get(PAGE).status_code == 403


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_the_page_of_the_transshipment_shows_both_figures_where_the_truck_is_unloaded(enter, yard, language) -> None:
    world = km0.alone(yard)
    Partner.objects.create(code=GHA, since_at=NOON)
    key = km0.to(world, "accepted")
    counted = ({"reference": "DEB-2026-C-D1", "packages": 7, "gross_mass_g": 12_000_000},)
    inbox_tallies.open_tally(Tally(key, GHA, 1, "99417-322-33", NOON, counted, (SEAL,)), letter(partner=GHA))
    text = enter(world.officers["yard_officer"], language).get(f"/transshipments/{key}/").content.decode()
    assert f"/tallies/{key}/" in text
    assert ">7<" in text
