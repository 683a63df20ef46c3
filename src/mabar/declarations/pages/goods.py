"""The door to the names of goods: a word in any of three languages leads to the heading of the tariff."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from mabar.base.reach import language
from mabar.declarations import goods_names, reference
from mabar.lib.words import LANGUAGES

MOST_SUBHEADINGS = 8


@login_required
@require_GET
def goods(request: HttpRequest) -> HttpResponse:
    """Find headings by a word or by the first digits of a code; without a question, show the chapters."""
    asked = request.GET.get("q", "")[: goods_names.LONGEST_QUERY].strip()
    shown = {"asked": asked, "longest": goods_names.LONGEST_QUERY}
    if asked:
        found = goods_names.find(asked)
        shown["rows"] = [_row(each, is_first=place == 0, is_alone=len(found) == 1) for place, each in enumerate(found)]
    else:
        shown["chapters"] = [(each.code, each.name(language())) for each in reference.chapters()]
    return render(request, "declarations/goods.html", shown)


def _row(found: goods_names.Found, *, is_first: bool, is_alone: bool) -> dict[str, object]:
    """Give what a heading shows: its titles, its chapter, and the subheadings that fit; of the first one any."""
    heading, chapter = found.heading, reference.chapter(found.heading.code)
    every = reference.subheadings(heading.code)
    listed = every if is_alone else (found.subheadings or (every if is_first else ()))[:MOST_SUBHEADINGS]
    return {
        "code": heading.code,
        "title": heading.name(language()),
        "others": [(code, heading.name(code)) for code in LANGUAGES if code != language()],
        "chapter": chapter.name(language()) if chapter else "",
        "subheadings": [(code, reference.hs_text(code)) for code in listed],
        "more": len(every) - len(listed),
    }
