"""The exchanged lists: who may send, and what becomes of what an official writes who is not on them."""

import pytest

from mabar.assistance import commands, designations, messages, rules
from mabar.assistance.models import OfficialsList
from mabar.base import actors
from tests.assistance.liaison import DAY_ONE, DEB, GHD

pytestmark = pytest.mark.django_db(databases="__all__")


def test_a_list_crosses_whole_in_a_version_without_names(service) -> None:
    with service.at(GHD):
        (newest,) = OfficialsList.objects.filter(node=DEB).order_by("-version")[:1]
    assert newest.version == 2
    assert newest.entries == [
        {"code": "DEB-H1", "from_on": "2026-01-01", "post": "head_of_assistance"},
        {"code": "DEB-L1", "from_on": "2026-01-01", "post": "liaison_officer"},
    ]


def test_nobody_sends_before_he_is_designated_and_nothing_goes_to_strangers(strangers) -> None:
    with pytest.raises(rules.NotDesignated) as refused:
        strangers.act(DEB, "send_request", strangers.draft())
    assert refused.value.details["official"] == "DEB-L1"
    with strangers.at(DEB):
        head = strangers.officers["DEB-H1"]
        commands.designate(head, "DEB-L1", place=DEB, from_on=DAY_ONE, at=strangers.now)
    with pytest.raises(rules.NotDesignated) as refused:
        strangers.act(DEB, "send_request", strangers.draft())
    assert refused.value.details["official"] == "GHD-L1"


def test_an_answer_by_an_official_who_is_not_designated_is_refused_on_both_sides(service) -> None:
    key = service.to("acknowledged")
    with pytest.raises(rules.NotDesignated):
        service.act(GHD, "answer_request", key, by="GHD-L2", answer="Genuine.")
    with service.at(DEB):  # a list that the other side does not send again: here the official is struck
        known = designations.newest_list(GHD)
        known.entries = [each for each in known.entries if each["code"] != "GHD-L1"]
        known.save(update_fields=["entries"])
    service.act(GHD, "answer_request", key, answer="Genuine.")
    service.carry()
    assert service.state(DEB, key) == "acknowledged"
    assert service.told(GHD, "reply") == ("refused", "rule.not-designated")
    assert service.heard(DEB, "reply") == ("refused", "rule.not-designated")


def test_what_was_not_taken_is_told_again_by_one_who_may(service) -> None:
    test_an_answer_by_an_official_who_is_not_designated_is_refused_on_both_sides(service)
    with service.at(GHD):
        from mabar.assistance.models import AssistanceRequest

        key = AssistanceRequest.objects.get().key
    service.act(GHD, "tell_again", key, by="GHD-H1")
    service.carry()
    ours = service.row(DEB, key)
    assert (ours.state, ours.answer, ours.answered_by) == ("answered", "Genuine.", "GHD-H1")
    with pytest.raises(rules.NothingToTellAgain):
        service.act(GHD, "tell_again", key, by="GHD-H1")


def test_an_official_who_is_struck_sends_no_more(service) -> None:
    key = service.sent()
    with service.at(GHD):
        commands.end_designation(service.officers["GHD-H1"], "GHD-L1", place=GHD, at=service.now)
        with pytest.raises(rules.DesignationUnfit):
            commands.end_designation(service.officers["GHD-H1"], "GHD-L1", place=GHD, at=service.now)
    with pytest.raises(rules.NotDesignated):
        service.act(GHD, "acknowledge", key)


def test_only_who_holds_a_post_of_the_desk_is_designated(service) -> None:
    with service.at(DEB), pytest.raises(rules.DesignationUnfit):
        commands.designate(service.officers["DEB-H1"], "DEB-O1", place=DEB, from_on=DAY_ONE, at=service.now)


def test_an_older_list_and_one_of_another_administration_are_refused(service) -> None:
    told = {"letter": "1" * 26, "place": GHD, "at": service.now}
    with service.at(GHD):
        old = messages.Officials("dz", 1, service.now, ())
        with pytest.raises(rules.ListOutOfOrder):
            commands.take_officials(actors.node(), DEB, message=old, **told)
        with pytest.raises(rules.NotOfPartner):
            commands.take_officials(actors.node(), DEB, message=messages.Officials("tn", 9, service.now, ()), **told)


@pytest.mark.parametrize(
    ("from_on", "to_on", "on", "holds"),
    [
        ("2026-01-02", None, "2026-01-01", False),
        ("2026-01-02", None, "2026-01-02", True),
        ("2026-01-02", "2026-01-03", "2026-01-03", True),
        ("2026-01-02", "2026-01-03", "2026-01-04", False),
    ],
)
def test_a_designation_holds_from_day_to_day(from_on, to_on, on, holds) -> None:
    from datetime import date

    told = {"code": "X-1", "post": "liaison_officer", "from_on": from_on, **({"to_on": to_on} if to_on else {})}
    made = rules.Designation.read(told)
    assert made.holds_on(date.fromisoformat(on)) is holds
    assert made.told() == told
