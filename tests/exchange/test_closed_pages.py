"""The page of closed streams: what each shows, who agrees that it opens again, and how the command line says it."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from mabar.base import doors
from mabar.exchange import commands, keeping, queries, reopening
from mabar.exchange.models import Evidence, Outgoing, Reopening, Stream
from mabar.exchange.own import own
from mabar.site import cli_exchange
from tests.exchange.partner import HERE, THERE
from tests.world import NOON

pytestmark = pytest.mark.django_db(databases="__all__")
PAGE = "/exchange/closed/"
ACT = f"/exchange/closed/{THERE}/out/1/"


@pytest.fixture
def desk(client, world, monkeypatch):
    cache.clear()
    monkeypatch.setattr(doors, "now", lambda: NOON + timedelta(minutes=5))

    def enter(function, language="en", *, is_across=False):
        actor = (world.across if is_across else world.officers)[function]
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return enter


@pytest.fixture
def closed(across, world):
    """A stream to Ghadames on which a drill is answered and another is under way, closed with a proof."""
    commands.send_drill(world.officers["duty_engineer"], THERE, text="", at=NOON)
    across.meet(NOON)
    row = Stream.objects.get(is_outward=True, urgency=1)
    row.closed_at, row.closed_code = NOON, "claim-5"
    row.save()
    Evidence.objects.create(
        digest="ab" * 32, claim=5, stream=row, guilty=THERE, bundle=b"-", found_at=NOON, offset_ms=61_000
    )
    return row


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_the_page_shows_the_proof_and_who_has_agreed_in_each_language(desk, closed, language):
    text = desk("duty_engineer", language).get(PAGE).content.decode()
    assert f'lang="{language}"' in text
    assert "/exchange/evidence/" + "ab" * 32 in text
    assert "+61.0" in text
    assert f'action="{ACT}"' in text


def test_a_proof_found_while_the_clocks_agreed_bears_no_mark(desk, closed):
    Evidence.objects.update(offset_ms=60_000)
    assert "+60.0" not in desk("duty_engineer").get(PAGE).content.decode()


def test_an_empty_page_says_so(desk, across):
    assert "No stream is closed" in desk("terms_officer").get(PAGE).content.decode()


def test_the_board_leads_to_the_page(desk, closed):
    assert f'href="{PAGE}"' in desk("duty_engineer").get("/exchange/").content.decode()


def test_two_desks_agree_and_the_third_word_is_refused(desk, closed):
    assert desk("duty_engineer").post(ACT, {"reason": ""}).status_code == 422
    assert desk("duty_engineer").post(ACT, {"reason": "r"})["Location"] == PAGE
    assert "a second officer is needed" in desk("duty_engineer").get(PAGE).content.decode()
    assert desk("duty_engineer").post(ACT, {"reason": "r"}).status_code == 422
    assert desk("terms_officer").post(ACT, {"reason": "r"}).status_code == 302
    text = desk("terms_officer").get(PAGE).content.decode()
    assert "Not signed yet" in text
    assert f'action="{ACT}"' not in text
    assert len(Reopening.objects.get().officers) == 2


def test_nobody_else_agrees_or_reads(desk, closed):
    assert desk("yard_officer").get(PAGE).status_code == 403
    assert desk("yard_officer").post(ACT, {"reason": "r"}).status_code == 403
    assert desk("duty_engineer", is_across=True).post(ACT, {"reason": "r"}).status_code == 403
    assert desk("duty_engineer").post(f"/exchange/closed/{THERE}/in/3/", {"reason": "r"}).status_code == 404
    assert not Reopening.objects.exists()


def test_both_sides_agree_and_what_waited_goes(desk, closed, across, world):
    commands.send_drill(world.officers["duty_engineer"], THERE, text="", at=NOON)
    for function in ("duty_engineer", "terms_officer"):
        desk(function).post(ACT, {"reason": "r"})
    across.meet(NOON + timedelta(minutes=6))
    with across.at_work():
        (asked,) = queries.closed_streams()
        assert (asked.is_asked, asked.closed_at) == (True, None)
    at = NOON + timedelta(minutes=7)
    with across.at_work(), transaction.atomic():
        row = keeping.present(HERE, is_outward=False, urgency=1)
        assert reopening.sign(row, Reopening(stream=row, is_own=True, root=b"", at=at), own(at), at)
    across.meet(NOON + timedelta(minutes=8))
    assert queries.closed_streams() == []
    assert Stream.objects.filter(is_outward=True, urgency=1).latest("epoch").settled == 1
    assert not Outgoing.objects.filter(address=THERE, done_at=None).exists()


def test_the_command_line_says_how_far_each_side_is(closed, across, world, monkeypatch):
    monkeypatch.setattr(cli_exchange, "enter", lambda folder: settings.NODE)

    def status() -> str:
        return CliRunner().invoke(cli_exchange.exchange, ["status"]).output

    assert f"CLOSED {THERE} out Operational: claim-5, proof {'ab' * 32}\n" in status()
    officers = [world.officers[each] for each in ("duty_engineer", "terms_officer")]
    told = {"direction": "out", "urgency": 1, "reason": "r", "at": NOON}
    commands.reopen_stream(officers[0], THERE, **told)
    assert f"agreed by {officers[0].key}, a second officer is awaited" in status()
    commands.reopen_stream(officers[1], THERE, **told)
    assert "signed to open again, the partner is awaited" in status()
    Reopening.objects.create(stream=closed, is_own=False, size=1, root=b"\1" * 32, item=b"-", at=NOON)
    assert "of two histories: agree once more" in status()
    Reopening.objects.filter(is_own=True).delete()
    assert "; the partner has signed to open it again" in status()
