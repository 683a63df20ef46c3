"""Proofs of origin of the demonstration: issued on both sides, one withdrawn, one doubted across; all fictitious."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from mabar.base.keys import new_key
from mabar.declarations.models import Declaration
from mabar.declarations.rules import OPEN_TO_AMENDMENT
from mabar.origin import commands, rules
from mabar.origin.commands.presenting import Shown
from mabar.origin.models import Proof
from mabar.site import generator
from mabar.site.demo_day import Day, Life, minutes
from mabar.site.generator import Truckload

HERE, ACROSS = "dz.debdeb", "ly.ghadames"
SHOWN_AFTER = timedelta(minutes=90)  # from the morning's beginning: then the proofs are signed


def _goods(*lines: tuple[str, str, str, str, int]) -> tuple[rules.GoodsLine, ...]:
    return tuple(rules.GoodsLine("", packages, said, hs6, criterion, kg * 1000)
                 for hs6, criterion, packages, said, kg in lines)  # fmt: skip


DATES = _goods(("080410", "WO", "400 طرد كرتون", "تمور دقلة نور، موضبة", 8_200))
PASTA = _goods(
    ("190219", "VA", "620 كرتوناً", "معجنات غذائية غير محشوة", 6_510), ("110100", "VA", "80 كيساً", "دقيق قمح", 4_000)
)
CEMENT = _goods(("252329", "WP", "سائبة", "إسمنت بورتلاندي", 28_000))
PIPES = _goods(("391723", "VA", "18 ربطة", "أنابيب من بولي كلوريد الفينيل", 3_420))
APPLIED: dict[str, Sequence[tuple[str, str, str, str, Any, str]]] = {
    HERE: (
        ("pafta", "شركة واحة التمور (مثال)، ورقلة", "غدامس للأغذية (مثال)، غدامس", "LY", DATES, "issued"),
        ("pafta", "مطاحن الجنوب (مثال)، الوادي", "أسواق نالوت (مثال)، نالوت", "LY", PASTA, "issued"),
        ("afcfta", "إسمنت الهضاب (مثال)، سطيف", "Sfax Matériaux (exemple), Sfax", "TN", CEMENT, "issued"),
        ("pafta", "شركة واحة التمور (مثال)، ورقلة", "غريان للتجارة (مثال)، غريان", "LY", DATES, "withdrawn"),
        ("pafta", "مطاحن الجنوب (مثال)، الوادي", "سبها للمواد (مثال)، سبها", "LY", PASTA, "checked"),
        ("pafta", "شركة واحة التمور (مثال)، ورقلة", "طرابلس للتوزيع (مثال)، طرابلس", "LY", DATES, "applied"),
    ),
    ACROSS: (
        ("pafta", "أنابيب الساحل (مثال)، مصراتة", "تجهيزات الوادي (مثال)، الوادي", "DZ", PIPES, "issued"),
        ("pafta", "أنابيب الساحل (مثال)، مصراتة", "ري الصحراء (مثال)، إليزي", "DZ", PIPES, "applied"),
    ),
}  # fmt: skip


def begin(day: Day, began_at: datetime) -> None:
    """Let both offices work from the morning on, and let Ghadames doubt a proof."""
    for place in (HERE, ACROSS):
        (load,) = generator.exits(day.seed + 2, 1, place=place, day=began_at.date())
        day.begin(_office, load, began_at)
    day.begin(_doubt, load, began_at + SHOWN_AFTER)


def _office(day: Day, load: Truckload, rng: random.Random) -> Life:
    for number, (agreement, exporter, consignee, destination, goods, state) in enumerate(APPLIED[load.place], 1):
        application = rules.Application(
            agreement, exporter, f"{load.place[:2].upper()}-{7000 + number}", consignee, destination, "شاحنة",
            f"F-{2100 + number}", "", goods,
        )  # fmt: skip
        broker = next(each for code, each in day.cast.declarants.items() if each.place_id == load.place)
        made = commands.apply(broker, new_key(day.now), place=load.place, application=application, at=day.now)
        yield minutes(rng, 2, 8)
        yield from _decided(day, load.place, made, rng, state)


def _decided(day: Day, place: str, made: Proof, rng: random.Random, state: str) -> Life:
    if state == "applied":
        return
    commands.check(day.officer(place, "origin_officer"), made.key, at=day.now)
    yield minutes(rng, 2, 8)
    if state == "checked":
        return
    commands.issue(day.officer(place, "issuing_officer"), made.key, at=day.now)
    yield minutes(rng, 2, 8)
    if state == "withdrawn":
        reason = "لم تُحمَّل البضاعة"
        commands.withdraw(day.officer(place, "issuing_officer"), made.key, reason=reason, at=day.now)


def _doubt(day: Day, load: Truckload, rng: random.Random) -> Life:
    """Let the officer across present proofs of Debdeb with the imports that come, and doubt the first."""
    with day.at_node(HERE):
        codes = list(
            Proof.objects.filter(state="issued", destination="LY").order_by("key").values_list("code", flat=True)
        )
    shown: set[str] = set()
    while len(shown) < len(codes):
        yield minutes(rng, 4, 6)
        for living in Declaration.objects.filter(place=ACROSS, flow="import", state__in=OPEN_TO_AMENDMENT).order_by(
            "key"
        ):
            if living.key not in shown and len(shown) < len(codes):
                _present(day, living.key, codes[len(shown)], is_doubted=not shown)
                shown.add(living.key)


def _present(day: Day, declaration: str, code: str, *, is_doubted: bool) -> None:
    officer = day.officer(ACROSS, "verifying_officer")
    made = commands.present(officer, new_key(day.now), declaration=declaration, shown=Shown(code=code), at=day.now)
    if is_doubted:
        text = "الختم على الورقة باهت، والوزن لا يطابق الميزان"
        commands.request(officer, new_key(day.now), presented=made.key, reason="doubt", text=text, at=day.now)
