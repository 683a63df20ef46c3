"""The tariff in use, its rates, the tariffs before it, and its files."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mabar.base import doors, mandates
from mabar.base.models import Actor
from mabar.base.reach import language, reader
from mabar.base.screens import Screen
from mabar.declarations import reference
from mabar.duties import formats, queries
from mabar.duties.explaining import rate_text
from mabar.lib.identifiers import western_digits
from mabar.lib.money import minor_decimals

LOAD = "duties.load_tariff"


@login_required
@require_safe
def tariff(request: HttpRequest) -> HttpResponse:
    """Show the tariff in use at the reader's place: its levies, and its rates, all or those of some goods."""
    screen, table = Screen(request), _in_use(request)
    goods = "".join(western_digits(request.GET.get("goods", "")).split())[:12]
    goods = goods if goods.isascii() and goods.isdigit() else ""
    shown: dict[str, Any] = {"screen": screen, "goods": goods, "table": table, "may_load": LOAD in screen.verbs}
    if table is not None:
        levy = request.GET.get("levy", "")
        levy = levy if levy in {each.code for each in table.levies} else ""
        rates, after = queries.rates_page(table.key, prefix=goods, levy=levy, after=_line(request))
        heading = reference.heading(goods) if len(goods) >= 4 else None
        shown |= {
            "levy": levy,
            "levies": [(each, each.name(language())) for each in table.levies],
            "rates": [(each, rate_text(each, table.currency, language())) for each in rates],
            "after": after,
            "title": heading.name(language()) if heading else "",
            "loaded": queries.loaded(table.administration),
        }
    return render(request, "duties/tariff.html", shown)


def _line(request: HttpRequest) -> int:
    asked = request.GET.get("after", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0


def _in_use(request: HttpRequest) -> queries.TableRow | None:
    """Give the tariff in use at the reader's place; he reads declarations, or his firm's."""
    actor = reader(request)
    verb = "declarations.read_own" if actor.kind == Actor.DECLARANT else "declarations.read"
    mandates.require(actor, verb, at=doors.now())
    place = Screen(request).place
    return queries.newest(place.administration_id) if place is not None else None


@login_required
@require_safe
def tariff_file(request: HttpRequest, name: str) -> HttpResponse:
    """Give the tariff in use as the files by which it is loaded again."""
    table = _in_use(request)
    if table is None:
        raise Http404
    match name:
        case "rates":
            content = formats.write_rates(queries.all_rates(table.key))
        case "levies":
            content = formats.write_levies(table.levies, decimals=minor_decimals(table.currency))
        case _:
            content = formats.write_groups(table.groups)
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}-{table.administration}-{table.number}.csv"'
    return answer
