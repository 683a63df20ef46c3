"""The pages of the exchange: each opens for its desk in the three languages, is closed to others, and does its acts."""

import json
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from mabar.base import doors
from mabar.exchange import commands, queries
from mabar.exchange.models import Agreement, Outgoing, Partner, Received, Stream, TrustItem
from mabar.exchange.protocol import evidence
from mabar.exchange.protocol.fingerprints import digits_of
from tests.exchange import partner
from tests.exchange.partner import HERE, KINDS, TERMS, THERE
from tests.exchange.trade import exit_notice, leave_exit_notice
from tests.world import NOON

pytestmark = pytest.mark.django_db(databases="__all__")
MINUTE = timedelta(minutes=1)
PAGES = {
    "/exchange/": "duty_engineer",
    "/exchange/messages/": "duty_engineer",
    "/exchange/messages/?failed=on&partner=ly.ghadames": "duty_engineer",
    "/exchange/messages/?subject=x": "yard_officer",
    "/exchange/trust/": "duty_engineer",
    "/exchange/terms/": "terms_officer",
    f"/exchange/terms/{TERMS}/": "oversight_reader",
    f"/exchange/terms/{TERMS}/compared/?with=dz-ly.goods.2": "terms_officer",
    "/exchange/passed/": "oversight_reader",
    f"/exchange/passed/messages/?day=2026-11-22&kind={KINDS[0]}&sender={HERE}&terms={TERMS}": "oversight_reader",
}
ACTS = {
    f"/exchange/partners/{THERE}/cut_line/": b"",
    "/exchange/partners/": b"",
    "/exchange/trust/file/": partner.administration("dz").root_item.encoded(),
    "/exchange/terms/proposal/": partner.terms(),
    f"/exchange/terms/{TERMS}/suspension/": b"",
}


@pytest.fixture
def enter(client, world, monkeypatch):
    cache.clear()
    monkeypatch.setattr(doors, "now", lambda: NOON + 5 * MINUTE)

    def as_actor(actor, language="en"):
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return as_actor


@pytest.fixture
def desk(enter, world):
    return lambda function, language="en": enter(world.officers[function], language)


@pytest.fixture
def busy(across, world):
    """A line on which notices went both ways, one of them held here, and terms with a second version proposed."""
    across.agree()
    leave_exit_notice(world.officers["yard_officer"], "P1")
    commands.send_drill(world.officers["duty_engineer"], THERE, text="check", at=NOON)
    across.say(exit_notice("P2"))
    across.meet(NOON + MINUTE)
    commands.propose_terms(
        world.officers["terms_officer"], partner.terms("dz-ly.goods.2", flash_per_hour=5, replaces=TERMS), at=NOON
    )
    return across


def sent_key() -> str:
    return next(row.key for row in queries.messages().rows if row.is_outward and row.kind == KINDS[0])


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_each_page_opens_in_each_language_for_its_desk(desk, busy, language):
    for page, function in PAGES.items():
        answer = desk(function, language).get(page)
        assert answer.status_code == 200, page
        text = answer.content.decode()
        assert f'lang="{language}"' in text
        assert text.count("<h1") == 1
        assert ' style="' not in text
        assert text.count('class="button main"') <= 1


@pytest.mark.parametrize("page", PAGES)
def test_each_page_asks_for_a_sign_in(client, world, page):
    assert client.get(page)["Location"].startswith("/sign-in/?next=/")


def test_each_page_refuses_a_stranger_and_those_across_the_border(enter, busy, world):
    for page, function in PAGES.items():
        assert enter(world.stranger).get(page).status_code == 403, page
        if function != "yard_officer":  # who follows his own messages does so from either side
            assert enter(world.across[function]).get(page).status_code == 403, page


def test_each_act_refuses_another_desk(desk, busy):
    for act, content in ACTS.items():
        told = {"reason": "r", "code": "tn.ras-jedir", "file": SimpleUploadedFile("a", content)}
        assert desk("yard_officer").post(act, told).status_code == 403, act
    assert not Partner.objects.filter(code="tn.ras-jedir").exists()
    assert not Partner.objects.get(code=THERE).is_cut


def test_reading_a_page_writes_nothing_and_asks_little(desk, busy, django_assert_max_num_queries):
    for page, function in PAGES.items():
        reader = desk(function)
        reader.get("/account/")
        with django_assert_max_num_queries(40) as asked:
            reader.get(page)
        writes = [query["sql"] for query in asked if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
        assert writes == [], page


def test_the_board_says_that_a_line_is_cut_since_when_and_how_many_wait(desk, busy, world):
    engineer = desk("duty_engineer")
    engineer.post(f"/exchange/partners/{THERE}/cut_line/", {"reason": "a storm at the mast"})
    leave_exit_notice(world.officers["yard_officer"], "P7")
    text = engineer.get("/exchange/").content.decode()
    assert "Cut by order" in text
    assert re.search(r"<bdi[^>]*>2</bdi> messages wait", text)
    (down,) = queries.lines_down(NOON + 5 * MINUTE)
    assert (down.code, down.waiting, down.is_cut, down.names["fr"]) == (THERE, 2, True, "Ghadamès")


def test_a_line_that_carries_is_no_line_down(busy):
    assert queries.lines_down(NOON + MINUTE + timedelta(seconds=10)) == []


def test_an_act_without_its_reason_is_refused_on_the_board(desk, busy):
    answer = desk("duty_engineer").post(f"/exchange/partners/{THERE}/cut_line/", {"reason": " "})
    assert answer.status_code == 422
    assert "entry is refused" in answer.content.decode()


def test_an_act_that_nobody_knows_is_not_found(desk, busy):
    assert desk("duty_engineer").post(f"/exchange/partners/{THERE}/blow_up/", {}).status_code == 404


def test_a_message_shows_its_receipts_its_fields_and_its_proof(desk, busy, world):
    officer = desk("yard_officer")
    text = officer.get(f"/exchange/messages/sent/{sent_key()}/").content.decode()
    assert "Accepted" in text or "Refused" in text
    assert "masked by the terms" in text
    # an instant stands on the clock of the place, and as it crossed
    assert re.search(
        r'<bdi dir="ltr">2026-11-22 12:00</bdi></time><div[^>]*><bdi[^>]*>2026-11-22T11:00:00(\+00:00|Z)<', text
    )
    proof = officer.get(f"/exchange/messages/sent/{sent_key()}/evidence/")
    assert proof.status_code == 200
    assert evidence.read_bundle(proof.content).stream.receiver == THERE


def test_a_received_message_shows_the_field_that_this_version_does_not_know(desk, busy):
    message = Received.objects.get(kind=KINDS[0])
    payload = bytes(message.payload).replace(b'"passage"', b'"colour":"white","passage"')
    Received.objects.filter(pk=message.pk).update(payload=payload)
    text = desk("duty_engineer").get(f"/exchange/messages/received/{message.message}/").content.decode()
    assert "Unknown to this version" in text
    assert "white" in text


def test_nobody_follows_the_messages_of_another(enter, busy, world):
    other = enter(world.officers["gate_officer"])
    assert other.get(f"/exchange/messages/sent/{sent_key()}/").status_code == 404
    assert other.get(f"/exchange/messages/sent/{sent_key()}/evidence/").status_code == 404
    received = Received.objects.get(kind=KINDS[0]).message
    assert other.get(f"/exchange/messages/received/{received}/").status_code == 403
    assert sent_key() not in other.get("/exchange/messages/").content.decode()


def test_an_author_reads_in_his_language_why_his_message_did_not_go(desk, across, world):
    leave_exit_notice(world.officers["yard_officer"], "P3")
    across.meet(NOON + MINUTE)
    text = desk("yard_officer", "fr").get("/exchange/messages/?failed=on").content.decode()
    assert "Aucuns termes signés ne permettent" in text
    assert "policy.no-terms" in text


def test_a_held_message_is_opened_again_from_its_page(desk, busy):
    message = Received.objects.get(kind=KINDS[0])
    Received.objects.filter(pk=message.pk).update(said="held", code="fault", facts={"fault": "KeyError"})
    engineer = desk("duty_engineer")
    assert "failed three times" in engineer.get("/exchange/").content.decode()
    answer = engineer.post(f"/exchange/messages/received/{message.message}/again/")
    assert answer.status_code == 302
    message.refresh_from_db()
    assert message.said != "held"
    again = engineer.post(f"/exchange/messages/received/{message.message}/again/")
    assert again.status_code == 422
    assert "NotHeld" in again.content.decode()


def test_a_closed_stream_stands_on_the_board_with_its_proof(desk, busy):
    from mabar.exchange import accusing

    row = Stream.objects.get(is_outward=False, urgency=1)
    bundle = evidence.read_bundle(queries.evidence_of_message(sent_key(), is_outward=True))
    accusing.keep(row, bundle, NOON)
    Stream.objects.filter(pk=row.pk).update(closed_at=NOON, closed_code="claim-3")
    engineer = desk("duty_engineer")
    text = engineer.get("/exchange/").content.decode()
    (link,) = re.findall(r'href="(/exchange/evidence/\w+/)"', text)
    assert engineer.get(link).content == bundle.encoded()
    assert engineer.get("/exchange/evidence/00/").status_code == 404


def test_two_officers_confirm_a_record_by_its_digits_on_the_page(desk, enter, across, world):
    TrustItem.objects.filter(of=THERE).delete()
    record = TrustItem.objects.get(type=1, of="ly")
    TrustItem.objects.filter(pk=record.pk).update(confirmed_at=None, confirmed_by=[])
    digits = " ".join(digits_of(bytes.fromhex(record.digest)))
    page = desk("duty_engineer").get("/exchange/trust/").content.decode()
    assert digits not in page
    assert digits.split()[0] not in re.sub(r"\w{26,}", "", page)
    act = f"/exchange/trust/{record.digest}/"
    wrong = desk("duty_engineer").post(act, {"digits": digits.replace(digits[:5], "00000")})
    assert wrong.status_code == 422
    assert desk("duty_engineer").post(act, {"digits": digits}).status_code == 302
    assert desk("terms_officer").post(act, {"digits": digits}).status_code == 302
    record.refresh_from_db()
    assert record.confirmed_at == NOON + 5 * MINUTE


def test_a_file_of_trust_is_taken_in_and_another_file_is_refused(desk, across):
    engineer = desk("duty_engineer")
    good = SimpleUploadedFile("dz-root-1.mx1", across.items[0].encoded())
    assert engineer.post("/exchange/trust/file/", {"file": good}).status_code == 302
    bad = engineer.post("/exchange/trust/file/", {"file": SimpleUploadedFile("a.mx1", b"\x00")})
    assert bad.status_code == 422
    assert "holds no item" in bad.content.decode()


def test_terms_are_proposed_from_a_file_however_it_is_spaced_and_refused_with_the_reason(desk, across):
    officer = desk("terms_officer")
    spaced = partner.terms().replace(b",", b", ")
    answer = officer.post("/exchange/terms/proposal/", {"file": SimpleUploadedFile("t.json", spaced)})
    assert answer.status_code == 302
    assert bytes(Agreement.objects.get(name=TERMS).document) == partner.terms()
    unsound = SimpleUploadedFile("t.json", partner.terms("dz-ly.goods.3", valid_to="2026-01-01"))
    refused = officer.post("/exchange/terms/proposal/", {"file": unsound})
    assert refused.status_code == 422
    assert "terms.dates" in refused.content.decode()
    broken = officer.post("/exchange/terms/proposal/", {"file": SimpleUploadedFile("t.json", b"{")})
    assert broken.status_code == 422


def test_the_comparison_shows_what_was_and_what_is_new(desk, busy):
    text = desk("terms_officer").get("/exchange/terms/dz-ly.goods.2/compared/").content.decode()
    assert re.search(r"<del><bdi[^>]*>20<", text)
    assert re.search(r"<ins><bdi[^>]*>5<", text)


def test_the_comparison_goes_from_the_older_to_the_newer_whichever_is_open(desk, busy):
    officer = desk("terms_officer")
    asked = (
        f"/exchange/terms/dz-ly.goods.2/compared/?with={TERMS}",
        f"/exchange/terms/{TERMS}/compared/?with=dz-ly.goods.2",
    )
    one, other = (re.findall(r"<del>.*?</del>", officer.get(path).content.decode()) for path in asked)
    assert one == other != []


def test_the_comparison_names_fields_purposes_and_agencies(desk, busy, world):
    less = json.loads(partner.terms())["kinds"]
    less[0]["fields"].remove("carrier")
    less[0]["masked"] = []
    fewer = partner.terms("dz-ly.goods.3", kinds=less[:1])
    commands.propose_terms(world.officers["terms_officer"], fewer, at=NOON)
    text = desk("terms_officer", "fr").get(f"/exchange/terms/dz-ly.goods.3/compared/?with={TERMS}").content.decode()
    assert re.search(r"<del>Transporteur <bdi[^>]*>carrier<", text)
    assert "Algérie ·" in text
    for gone in ("Contrôle au poste frontalier", "Douane", "Jamais"):
        assert f"<del>{gone}</del>" in text


def test_oversight_reads_fields_articles_and_purposes_and_never_a_value(desk, busy):
    reader = desk("oversight_reader")
    text = reader.get("/exchange/passed/?first=2026-11-20&last=2026-11-22").content.decode()
    assert "اتفاقية التعاون الجمركي" in text
    assert "Control at the crossing" in text
    link = re.findall(r'href="(/exchange/passed/messages/[^"]+)"', text)[0].replace("&amp;", "&")
    listed = reader.get(link).content.decode()
    assert sent_key() in listed or Received.objects.get(kind=KINDS[0]).message in listed
    for page in (text, listed):
        assert "99417" not in page
    assert reader.get("/exchange/messages/").status_code == 403


@pytest.mark.parametrize("days", ["first=2026-11-22&last=2026-11-20", "first=2026-01-01&last=2026-11-22", "first=x"])
def test_days_that_cannot_be_read_are_refused(desk, busy, days):
    assert desk("oversight_reader").get(f"/exchange/passed/?{days}").status_code == 422


def test_a_day_that_is_none_is_not_found(desk, busy):
    assert desk("oversight_reader").get("/exchange/passed/messages/?day=today").status_code == 404


def test_a_page_that_is_none_is_not_found(desk, busy):
    listed = f"/exchange/passed/messages/?day=2026-11-22&kind={KINDS[0]}&sender={HERE}"
    for number in ("x", "-1", "9" * 19, "٣"):
        assert desk("oversight_reader").get(f"{listed}&after={number}").status_code == 404


def test_signatures_are_brought_and_a_suspension_is_told_and_lifted(desk, busy):
    officer = desk("terms_officer")
    file = officer.get("/exchange/terms/dz-ly.goods.2/signing/")
    assert file.status_code == 200
    unsigned = SimpleUploadedFile("t.signing", file.content)
    refused = officer.post("/exchange/terms/dz-ly.goods.2/signature/", {"file": unsigned})
    assert refused.status_code == 422
    assert "NotASignatureOfThese" in refused.content.decode()
    stop = officer.post(
        f"/exchange/terms/{TERMS}/suspension/", {"reason": "a leak", "kinds": ["crossings.exit-notice"]}
    )
    assert stop.status_code == 302
    assert "a leak" in officer.get(f"/exchange/terms/{TERMS}/").content.decode()
    assert Outgoing.objects.filter(kind="exchange.suspension/1.0", address=THERE).count() == 1
    assert officer.post(f"/exchange/terms/{TERMS}/suspension/end/", {"reason": "mended"}).status_code == 302
    again = officer.post(f"/exchange/terms/{TERMS}/suspension/end/", {"reason": "mended"})
    assert "NothingSuspended" in again.content.decode()


def test_the_state_of_the_node_names_the_line_and_the_class(desk, busy, client):
    text = desk("duty_engineer").get("/operations/").content.decode()
    assert "Age of the oldest message that a partner has not stored" in text
    assert THERE in text
    metrics = client.get("/metrics").content.decode()
    assert f'mabar_exchange_backlog_age_seconds{{partner="{THERE}",class="flash"}} 0' in metrics
    assert metrics.count("# TYPE mabar_exchange_backlog_age_seconds gauge") == 1
