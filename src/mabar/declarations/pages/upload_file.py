"""The door to one file that was read: what it says, what stands against it, and lodging or keeping it as a draft."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from mabar.base import doors, mandates
from mabar.base import queries as ground
from mabar.base.models import Actor
from mabar.base.reach import language, reader
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.declarations import checks, commands, intake, queries, sad, uploads
from mabar.declarations.formats import Reading
from mabar.declarations.formats.findings import ERROR, NOTE
from mabar.declarations.forms.cells import told
from mabar.declarations.judging import text_and_digest
from mabar.declarations.pages.reach import today_at
from mabar.declarations.pages.review import say_lodged
from mabar.declarations.pages.upload import LODGE
from mabar.lib.refusals import Refusal

LISTED = 200  # declarations of a file that a page lists; lodging takes them all
KEPT_SHOWN = 300
ITEMS_SHOWN = 50


@dataclass(frozen=True)
class Read:
    """One declaration of a file on its broker's desk."""

    number: int
    key: str
    record: sad.Declaration
    reading: Reading
    digest: str

    @property
    def reference(self) -> str:
        """The declarant's own reference, where it has one."""
        return self.record.declarant_reference or ""


@login_required
@require_http_methods(["GET", "POST"])
def upload_file(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Show what was read from a file, or lodge or keep what stands in it."""
    mandates.require(reader(request), LODGE, at=doors.now())
    batch = uploads.batch_of(reader(request), key)
    found = _read(batch, number - 1)
    if request.method == "GET":
        return _shown(request, batch, number, found, chosen=request.GET.get("declaration", "1"))
    act, _dot, which = request.POST.get("act", "").partition(".")
    if act == "lodge_all":
        return _lodge_all(request, batch, number, found)
    one = next((each for each in found if str(each.number) == which), None)
    if one is None or act not in ("lodge", "keep"):
        return redirect("declarations:upload_file", key=key, number=number)
    try:
        return _lodge(request, batch, number, one) if act == "lodge" else _keep(request, batch, number, one)
    except (NoSuchRecord, NotMandated):
        raise
    except Refusal as refusal:
        return _shown(request, batch, number, found, chosen=which, refusal=refusal)


def _read(batch: uploads.Batch, number: int) -> list[Read]:
    readings = uploads.readings_of(batch, number)
    keys = batch.files[number].keys
    return [
        Read(place, key, reading.declaration, reading, text_and_digest(reading.declaration)[1])
        for place, (key, reading) in enumerate(zip(keys, readings, strict=True), start=1)
    ]


def _source(batch: uploads.Batch, number: int, record: sad.Declaration) -> commands.Source:
    sent = batch.files[number - 1]
    return commands.Source(sent.sha256, sent.name, record.source.format or "json")


def _lodge(request: HttpRequest, batch: uploads.Batch, number: int, one: Read) -> HttpResponse:
    """Lodge a declaration; where a reading of a date was chosen, by way of a draft that keeps the choice."""
    moment, actor, record = doors.now(), reader(request), one.record
    if _chosen_days(request, one):
        record = _as_draft(actor, batch, number, one, list(_chosen_days(request, one)), at=moment)
    lodged = commands.lodge(
        actor,
        one.key,
        record=record,
        place=batch.place,
        seed=intake.new_seed(),
        at=moment,
        source=_source(batch, number, record),
    )
    say_lodged(request, lodged, key=one.key)
    return redirect("declarations:declaration", key=lodged.key)


def _keep(request: HttpRequest, batch: uploads.Batch, number: int, one: Read) -> HttpResponse:
    begun = replace(one, record=sad.begun(one.record))
    _as_draft(reader(request), batch, number, begun, list(_chosen_days(request, one)), at=doors.now())
    doors.say_done(request, _("Kept as a draft; nothing is lodged."))
    return redirect("declarations:review", key=one.key)


def _as_draft(
    actor: Actor, batch: uploads.Batch, number: int, one: Read, days: list[tuple[str, date]], *, at: datetime
) -> sad.Declaration:
    source = _source(batch, number, one.record)
    draft = commands.save_draft(
        actor, one.key, record=one.record, place=batch.place, step="review", at=at, source=source
    )
    for path, day in days:
        draft = commands.choose_reading(actor, one.key, path=path, chosen=day, at=at)
    return sad.loads(draft.record)


def _chosen_days(request: HttpRequest, one: Read) -> list[tuple[str, date]]:
    """Give the readings that were chosen, by path of the date."""
    open_paths = {each.path for each in queries.open_dates(one.record)}
    asked = ((path, request.POST.get(f"reading.{one.number}.{path}", "")) for path in sorted(open_paths))
    return [(path, day) for path, text in asked if (day := _day(text)) is not None]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _lodge_all(request: HttpRequest, batch: uploads.Batch, number: int, found: list[Read]) -> HttpResponse:
    """Lodge every declaration of the file, each whole or refused by name; those lodged before stay as they are."""
    entries = [
        commands.Entry(each.key, each.record, intake.new_seed(), _source(batch, number, each.record)) for each in found
    ]
    outcomes = list(commands.lodge_many(reader(request), entries, place=batch.place, at=doors.now()))
    lodged = sum(1 for each in outcomes if each.refusal is None)
    refused = len(outcomes) - lodged
    text = ngettext("%(lodged)s declaration stands lodged", "%(lodged)s declarations stand lodged", lodged)
    text += ngettext("; %(refused)s waits below.", "; %(refused)s wait below.", refused) if refused else "."
    doors.say_done(request, text % {"lodged": lodged, "refused": refused})
    return redirect("declarations:upload_file", key=batch.key, number=number)


def _shown(
    request: HttpRequest,
    batch: uploads.Batch,
    number: int,
    found: list[Read],
    *,
    chosen: str,
    refusal: Refusal | None = None,
) -> HttpResponse:
    known = queries.known(
        reader(request), place=batch.place, digests=[each.digest for each in found], keys=[each.key for each in found]
    )
    one = next((each for each in found if str(each.number) == chosen), found[0] if found else None)
    today = today_at(batch.place, doors.now())
    sheet: dict[str, Any] = {
        "batch": batch,
        "sent": batch.files[number - 1],
        "number": number,
        "place": ground.places_named([batch.place]).first(),
        "listed": [_line(each, known, today) for each in found[:LISTED]] if len(found) > 1 else [],
        "more": max(len(found) - LISTED, 0),
        "count": len(found),
        "is_cargo": bool(found) and all(each.record.form == sad.CARGO for each in found),
        "one": _detail(one, known, today) if one else None,
        "said": refusal.sentence(language()) if refusal else None,
        "code": refusal.code if refusal else "",
        "crumb_several": len(batch.files) > 1,
    }
    status = doors.status_of(refusal) if refusal else 200
    return render(request, "declarations/upload_file.html", sheet, status=status)


def _errors(record: sad.Declaration, today: str) -> Iterator[Any]:
    return (each for each in checks.check(record, today=today) if each.severity == ERROR)


def _line(each: Read, known: queries.Known, today: str) -> dict[str, Any]:
    lodged = known.lodged.get(each.digest)
    return {
        "read": each,
        "lodged": lodged,
        "is_draft": each.key in known.drafts,
        "errors": 0 if lodged else sum(1 for _ in _errors(each.record, today)),
        "remarks": sum(1 for finding in each.reading.findings if finding.severity != NOTE),
    }


def _detail(one: Read, known: queries.Known, today: str) -> dict[str, Any]:
    """Give everything that the page says of one declaration: what was found while reading, then what checks say."""
    line, record = _line(one, known, today), one.record
    of_checks = [told(finding, language()) for finding in checks.check(record, today=today)]
    return line | {
        "record": record,
        "read_findings": [
            {"finding": finding, "said": finding.sentence(language())} for finding in one.reading.findings
        ],
        "check_errors": [each for each in of_checks if each.is_error and each.code != "G-0601"],
        "check_warnings": [each for each in of_checks if not each.is_error],
        "open_dates": queries.open_dates(record),
        "items": record.items[:ITEMS_SHOWN],
        "items_left": max(len(record.items) - ITEMS_SHOWN, 0),
        "kept": record.kept[:KEPT_SHOWN],
        "kept_more": max(len(record.kept) - KEPT_SHOWN, 0),
        "documents": sum(len(item.documents) for item in record.items),
        "gross_mass_g": record.valuation.gross_mass_g or sum(item.gross_mass_g or 0 for item in record.items),
        "packages": record.package_count or sum(item.packages.count or 0 for item in record.items),
    }
