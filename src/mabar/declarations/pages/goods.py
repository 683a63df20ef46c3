"""The door to the names of goods: a word in any of three languages leads to the heading of the tariff."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from mabar.declarations import goods_names, reference
from mabar.declarations.pages.reach import language
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
        shown["rows"] = [_row(each, most=MOST_SUBHEADINGS if len(found) > 1 else None) for each in found]
    else:
        shown["chapters"] = [(each.code, each.name(language())) for each in reference.chapters()]
    return render(request, "declarations/goods.html", shown)


def _row(found: goods_names.Found, *, most: int | None) -> dict[str, object]:
    """Give what a heading shows: its title, those of the other languages, its chapter and the fitting subheadings."""
    heading, chapter = found.heading, reference.chapter(found.heading.code)
    listed = found.subheadings or reference.subheadings(heading.code)
    return {
        "code": heading.code,
        "title": heading.name(language()),
        "others": [(code, heading.name(code)) for code in LANGUAGES if code != language()],
        "chapter": chapter.name(language()) if chapter else "",
        "subheadings": [(code, reference.hs_text(code)) for code in listed[:most]],
        "more": len(listed) - len(listed[:most]),
    }
