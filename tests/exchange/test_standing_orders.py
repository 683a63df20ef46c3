"""A standing order binds the nodes of one administration: proposed, signed by two, in force and stopped at both."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from mabar.base import doors
from mabar.exchange import proposing, queries, signing_files
from mabar.exchange.models import Agreement, Outgoing, Received, Sent, Suspension
from mabar.exchange.own import own
from mabar.exchange.protocol import documents
from mabar.exchange.protocol.objects import Type
from mabar.exchange.protocol.refused import Refused
from tests.exchange import partner
from tests.exchange.partner import KINDS, SISTER, THERE
from tests.exchange.trade import leave_exit_notice
from tests.world import NOON

pytestmark = pytest.mark.django_db(databases="__all__")
MINUTE = timedelta(minutes=1)
ORDER = "dz.goods.1"


def order(name: str = ORDER, **changed: object) -> bytes:
    told = json.loads(partner.terms())
    kinds = [kind | {"from": ["dz"]} for kind in told["kinds"]]
    parties, oversight = told["parties"][:1], told["oversight"][:1]
    whole = told | {"parties": parties, "kinds": kinds, "oversight": oversight, "name": name}
    return documents.written(whole | {"version": int(name[-1])} | changed)


@pytest.fixture
def officer(client, world, monkeypatch):
    cache.clear()
    monkeypatch.setattr(doors, "now", lambda: NOON + MINUTE)
    who = world.officers["terms_officer"]
    who.language = "en"
    who.save(update_fields=["language"])
    client.force_login(who)
    return client


def propose(officer, document: bytes):
    return officer.post("/exchange/terms/proposal/", {"file": SimpleUploadedFile("order.json", document)})


def sign(officer, sister, holder: int, name: str = ORDER):
    """Let a holder of the administration's root keys sign the file that the page gives, and bring it back."""
    given = officer.get(f"/exchange/terms/{name}/signing/").content
    signing = signing_files.read(given, name="order").signed(sister.roots["dz"].signers[holder])
    file = SimpleUploadedFile("order.signing", signing.encoded())
    return officer.post(f"/exchange/terms/{name}/signature/", {"file": file})


def test_a_standing_order_is_proposed_signed_by_two_and_lets_messages_pass_to_a_node_of_the_same_administration(
    officer, sister, world
):
    assert propose(officer, order()).status_code == 302
    text = officer.get(f"/exchange/terms/{ORDER}/").content.decode()
    assert "Standing order" in text
    assert "Algeria still owes" in text
    assert Type.STANDING_ORDER is queries.signing_file(ORDER).type
    assert sign(officer, sister, 0).status_code == 302
    assert Agreement.objects.get(name=ORDER).signed_at is None
    assert sign(officer, sister, 1).status_code == 302
    assert "Signed by a quorum of the root keys" in officer.get(f"/exchange/terms/{ORDER}/").content.decode()
    leave_exit_notice(world.officers["yard_officer"], "P1", SISTER)
    sister.meet(NOON + MINUTE)
    assert Sent.objects.get(kind=KINDS[0]).terms == ORDER
    with sister.at_work():
        there = Agreement.objects.get(name=ORDER)
        assert (there.is_standing_order, there.proposed_by, there.signed_at is None) == (True, "dz.debdeb", False)
        (heard,) = Received.objects.filter(kind=KINDS[0])
        assert queries.message_received(heard.message, "en").terms == ORDER


def test_a_suspended_standing_order_stops_at_both_nodes_until_it_is_lifted(officer, sister, world):
    sister.agree_alone(order())
    assert officer.post(f"/exchange/terms/{ORDER}/suspension/", {"reason": "the yard is closed"}).status_code == 302
    key = leave_exit_notice(world.officers["yard_officer"], "P2", SISTER)
    sister.meet(NOON + 2 * MINUTE)
    assert Outgoing.objects.get(key=key).code == "policy.suspended"
    with sister.at_work():
        assert Suspension.objects.get(agreement=ORDER).until_at is None
    assert officer.post(f"/exchange/terms/{ORDER}/suspension/end/", {"reason": "open again"}).status_code == 302
    sister.meet(NOON + 3 * MINUTE)
    with sister.at_work():
        assert Suspension.objects.get(agreement=ORDER).until_at is not None


def test_two_versions_of_a_standing_order_are_compared(officer, sister, world):
    sister.agree_alone(order())
    assert propose(officer, order("dz.goods.2", flash_per_hour=5, replaces=ORDER)).status_code == 302
    text = officer.get("/exchange/terms/dz.goods.2/compared/").content.decode()
    assert "<ins>" in text
    assert ORDER in text


def test_a_standing_order_is_of_no_concern_to_another_administration(officer, across, world):
    assert propose(officer, order()).status_code == 302
    assert not Outgoing.objects.filter(address=THERE).exists()
    assert b"Standing order" in officer.get("/exchange/terms/").content


def test_a_partner_proposes_nothing_that_does_not_bind_it(across, world):
    letter = {"signatures": [], "terms": json.loads(order())}
    with pytest.raises(Refused) as refused:
        proposing.take_proposal(THERE, letter, own=own(NOON), at=NOON)
    assert refused.value.code == "terms.parties"
    assert not Agreement.objects.filter(name=ORDER).exists()
