"""Mutual assistance between the two nodes of the demonstration: lists exchanged, a request running each way."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from mabar.assistance import commands, queries, rules
from mabar.base.keys import new_key
from mabar.site.at_node import Desk
from mabar.site.demo_cast import Cast
from mabar.site.demo_nodes import Courier

BASIS = "مثال للعرض التجريبي، لا سند له"
LIAISON, HEAD = "liaison_officer", "head_of_assistance"
A_MINUTE = timedelta(minutes=1)
REQUESTS: Mapping[str, Mapping[str, str]] = {
    "dz.debdeb": {
        "kind": "assessment",
        "language": "ar",
        "matter": "قيمة تمور مصرّح بها عند التصدير",
        "reason": "اختلاف القيمة عن فواتير الموسم",
        "description": "ثلاث إرساليات في أسبوع واحد، فواتيرها متتالية",
        "legal_elements": "مثال: المادة المتعلقة بالقيمة لدى الجمارك",
        "connection": "أصدر البائع الفواتير الثلاث",
    },
    "ly.ghadames": {
        "kind": "enforcement",
        "language": "ar",
        "matter": "صحة شهادة منشأ مرافقة لأجهزة منزلية",
        "reason": "رقم الشهادة مكرر في تصريحين",
        "description": "شهادتان تحملان الرقم نفسه في يومين متتاليين",
        "legal_elements": "مثال: المادة المتعلقة بإثبات المنشأ",
        "connection": "أصدرت الشهادتين غرفة واحدة",
    },
}


def begin(desks: Mapping[str, Desk], courier: Courier, cast: Cast, at: datetime) -> None:
    """Exchange the lists, and send a request from each side; the one of Ghadames is acknowledged at Debdeb."""
    for place, desk in desks.items():
        with desk.open():
            _designate(cast, place, at)
    courier.carry(at + A_MINUTE)
    sent = {}
    for place, desk in desks.items():
        with desk.open():
            sent[place] = _ask(cast, place, at + 2 * A_MINUTE)
    courier.carry(at + 3 * A_MINUTE)
    with desks["dz.debdeb"].open():
        officer = cast.officers["dz.debdeb", LIAISON]
        commands.acknowledge(officer, sent["ly.ghadames"], at=at + 4 * A_MINUTE)
    courier.carry(at + 5 * A_MINUTE)


def _designate(cast: Cast, place: str, at: datetime) -> None:
    head = cast.officers[place, HEAD]
    across = "ly" if place.startswith("dz") else "dz"
    stated: dict[str, Any] = {"at_once": ["duty-assessment"], "basis": BASIS}
    commands.change_deadlines(head, across, place=place, deadlines=rules.Deadlines(), at=at, **stated)
    for desk in (LIAISON, HEAD):
        code = cast.officers[place, desk].key
        commands.designate(head, code, place=place, from_on=at.date() - timedelta(days=1), at=at)


def _ask(cast: Cast, place: str, at: datetime) -> str:
    partner = queries.partners_to_ask(at)[0]
    told = {**REQUESTS[place], "article": queries.articles_with(partner, at)[2]}
    told["to_official"] = cast.officers[partner, LIAISON].key
    officer, key = cast.officers[place, LIAISON], new_key(at)
    pace = "origin" if told["kind"] == "assessment" else "urgent"
    commands.draft_request(officer, key, place=place, partner=partner, pace=pace, contents=told, at=at)
    commands.send_request(officer, key, at=at)
    return key
