"""What leaves the page of a declaration as a file: the source as it came, the file written back, photographs."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mabar.base import doors, files, printing
from mabar.base import rules as ground
from mabar.base.reach import language
from mabar.declarations import answering, formats, queries
from mabar.declarations.forms.inspecting import media_type_of
from mabar.declarations.pages import panels
from mabar.declarations.pages.reading import Reading

TEXTS_A_PAGE = 200


@login_required
@require_safe
def source(request: HttpRequest, key: str) -> HttpResponse:
    """Hand out the file that the newest version with a file came from, byte for byte."""
    reading = Reading(request)
    detail = queries.detail(reading.scope, key)
    with_file = [version for version in detail.versions if version.source]
    if not with_file:
        raise ground.NoSuchRecord(key=key)
    newest = with_file[-1]
    return printing.download(
        files.read(newest.source or ""), newest.source_name or f"{key}.dat", "application/octet-stream"
    )


@login_required
@require_safe
def asycuda(request: HttpRequest, key: str) -> HttpResponse:
    """Write the declaration back as an ASYCUDA file, in the dialect in which it came."""
    reading = Reading(request)
    row = queries.row(reading.scope, key)
    content = formats.write([queries.record(reading.scope, key)])
    return printing.download(content, f"{row.reference}.xml", "application/xml")


@login_required
@require_safe
def wco(request: HttpRequest, key: str) -> HttpResponse:
    """Write the declaration as a file of the WCO Data Model."""
    reading = Reading(request)
    row = queries.row(reading.scope, key)
    content = formats.write([queries.record(reading.scope, key)], kind="wco")
    return printing.download(content, f"{row.reference}.wco.xml", "application/xml")


@login_required
@require_safe
def answer(request: HttpRequest, key: str, kind: str = "") -> HttpResponse:
    """Hand out the answer of the office as a message of a kind, or of the one in which the declaration came."""
    if kind and kind not in answering.KINDS:
        raise ground.NoSuchRecord(key=kind)
    written = answering.answer(Reading(request).scope, key, kind=kind, language=language(), at=doors.now())
    return printing.download(written.content, written.name, written.media_type)


@login_required
@require_safe
def photo(request: HttpRequest, key: str, sha256: str) -> HttpResponse:
    """Show a photograph of an inspection of this declaration, to its office."""
    reading = Reading(request)
    detail = queries.detail(reading.scope, key)
    known = {found.get("photo") for each in detail.inspections for found in each.findings}
    if not reading.is_office or sha256 not in known:
        raise ground.NoSuchRecord(key=sha256)
    content = files.read(sha256)
    answer = HttpResponse(content, content_type=media_type_of(content) or "application/octet-stream")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@login_required
@require_safe
def kept(request: HttpRequest, key: str) -> HttpResponse:
    """Show every text of the source that no field shows, as it stood."""
    reading = Reading(request)
    row = queries.row(reading.scope, key)
    texts = panels.kept_texts(queries.record(reading.scope, key))
    shown = {
        "screen": reading.screen,
        "place": reading.stand_in(row.place),
        "row": row,
        "page": Paginator(texts, TEXTS_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "declarations/kept.html", shown)
