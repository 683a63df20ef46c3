"""The page of one declaration, and every act of the office on it."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from mabar.base import doors, files
from mabar.base import rules as ground
from mabar.base.reach import language
from mabar.crossings import story
from mabar.declarations import papers, queries, rules, summary
from mabar.declarations.forms.inspecting import InspectForm
from mabar.declarations.pages import acts, journal_lines, panels
from mabar.declarations.pages.reading import Reading, Refused
from mabar.declarations.queries import beside
from mabar.lib.refusals import Refusal

DRAWN = 3  # trucks whose way is drawn on the page; the others stand in the list


@login_required
@require_safe
def declaration(request: HttpRequest, key: str) -> HttpResponse:
    """Show a declaration."""
    return _page(Reading(request), key)


@login_required
@require_POST
def do(request: HttpRequest, key: str, act: str) -> HttpResponse:
    """Do an act on the declaration, or show the page again with what was typed and why it was refused."""
    reading = Reading(request)
    row = queries.row(reading.scope, key)
    if act not in acts.ACTS or not reading.is_office:
        raise ground.NoSuchRecord(key=act)
    form = acts.typed(act, request.POST, request.FILES, row, row.place[:2])
    if isinstance(form, InspectForm):
        form.keep_pictures(lambda content, kind: files.keep(content, media_type=kind, at=reading.at).sha256)
    if "more" in request.POST:
        return _page(reading, key, Refused(act, form))
    if not form.is_valid():
        return _page(reading, key, Refused(act, form), status=422)
    try:
        acts.ACTS[act].command(reading.actor, key, at=reading.at, **acts.facts_of(act, form))
    except Refusal as refusal:
        again = _typed_again(act, form, queries.row(reading.scope, key))
        return _page(reading, key, Refused(act, again, refusal), status=doors.status_of(refusal))
    doors.say_done(request, str(acts.ACTS[act].done))
    return redirect("declarations:declaration", key=key)


def _typed_again(act: str, form: Any, row: queries.DeclarationRow) -> Any:
    # the page shows the declaration as it is now, so what is sent from it rests on this version
    data = form.data.copy()
    data["version"] = str(row.version)
    data.update(getattr(form, "kept", {}))
    return acts.typed(act, data, None, row, row.place[:2])


def _page(reading: Reading, key: str, refused: Refused | None = None, *, status: int = 200) -> HttpResponse:
    sheet = queries.sheet(key, reading.scope_at, reader=reading.actor)
    shown = {
        "screen": reading.screen,
        "place": sheet.place,
        "detail": sheet.detail,
        "row": sheet.detail.row,
        "record": sheet.record,
        "at": reading.at,
        "verbs": reading.verbs_at(sheet.detail.row.place),
        "is_office": reading.is_office,
        "refused": refused,
        **_acts(reading, sheet, refused),
        **_papers(reading, sheet),
        **_lane(sheet.detail),
        **_trucks(reading, sheet),
        "notes": beside.notes_on(sheet.detail.row, sheet.record, sheet.place.clock),
    }
    return render(reading.request, "declarations/detail.html", shown, status=status)


def _acts(reading: Reading, sheet: queries.Sheet, refused: Refused | None) -> dict[str, Any]:
    """Give the act in turn with its form, and the others by name."""
    detail = sheet.detail
    verbs = reading.verbs_at(detail.row.place) if reading.is_office else ()
    names = acts.offered(detail, verbs, reading.actor.key)
    sheets = _forms(names, sheet, refused)
    main = acts.main_of(names, detail)
    opened = reading.request.GET.get("open", "")
    is_here = opened == main or (refused is not None and refused.act == main)
    door = "" if is_here or not main else beside.door_of(detail.row, main)
    main_form = None if door else sheets.get(main)
    waits_for = acts.awaited(detail.row)
    return {
        "main_act": main,
        "main_door": door,
        "main_form": main_form,
        "main_has_boxes": acts.has_boxes(main_form),
        "sheets": sheets,
        "opened": opened,
        "awaited": waits_for,
        "holder": _holder(waits_for),
        "holder_since": detail.row.since,
    }


def _forms(names: list[str], sheet: queries.Sheet, refused: Refused | None) -> dict[str, Any]:
    """Make the form of each act, which knows the declaration and what the scanner told of its trucks."""
    row = sheet.detail.row
    forms = {name: acts.blank(name, row, row.place[:2]) for name in names}
    if refused is not None and refused.act in forms:
        forms[refused.act] = refused.form
    for form in forms.values():
        form.know(sheet.detail)
        form.propose(sheet.scans)
    return forms


def _holder(waits_for: str) -> str:
    if waits_for == "settle_query":
        return "post.declarant"
    return f"post.{acts.DESKS[waits_for]}" if waits_for in acts.DESKS else ""


def _papers(reading: Reading, sheet: queries.Sheet) -> dict[str, Any]:
    detail, record = sheet.detail, sheet.record
    findings = sheet.findings
    sorted_whys = panels.whys(findings)
    page, lines = panels.items_page(detail, record, sorted_whys, reading.request.GET.get("page"))
    kept = panels.kept_texts(record)
    return {
        "page": page,
        "item_lines": lines,
        "has_duties": any(each.duties for each in lines),
        "header_whys": (*panels.discrepancies(detail).get(None, ()), *sorted_whys.get(None, ())),
        "remarks": len(findings),
        "total": panels.price_total(detail.items),
        "papers": panels.papers(record),
        "containers": summary.containers(record),
        "seals": panels.seals(record, detail.trucks),
        "kept": kept[: panels.FOLDED],
        "kept_count": len(kept),
        "has_release_order": detail.row.state in rules.RELEASED,
        "has_source": any(version.source for version in detail.versions),
    }


def _lane(detail: queries.Detail) -> dict[str, Any]:
    draw = detail.draws[-1] if detail.draws else None
    fired, silent = panels.reasons(draw) if draw else ([], [])
    suspended = timedelta(seconds=detail.row.suspended_s)
    return {"draw": draw, "reasons": fired, "silent": silent, "suspended": suspended}


def _trucks(reading: Reading, sheet: queries.Sheet) -> dict[str, Any]:
    trucks = papers.trucks_for(reading.scope, sheet.trucks)
    detail = sheet.detail
    return {
        "pictures": story.pictures_of(trucks, sheet.place, language=language(), now=reading.at, most=DRAWN),
        "holds": detail.holds,
        "open_holds": sum(hold.is_open for hold in detail.holds),
        "scans": sheet.scans if reading.is_office else (),
        "scan_noted": next(
            (line for line in detail.lines if line.verb == "declarations.note_scan" and line.facts), None
        ),
        "told": journal_lines.told(detail.lines),
    }
