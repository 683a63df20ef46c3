"""The door to reading files: sending them, and watching them being read."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mabar.base import doors
from mabar.base.reach import language, reader
from mabar.declarations import uploads
from mabar.declarations.forms.acts_broker import UploadForm
from mabar.declarations.forms.lists import profiles_offered
from mabar.declarations.pages.drafts import crossing_choices
from mabar.declarations.reading_tasks import read_files

LODGE = "declarations.lodge"
FILES_AT_MOST = 60


@login_required
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take files of declarations, and read them: a few at once, many in the background."""
    places = crossing_choices(request, LODGE)
    first = {"place": reader(request).place_id}
    typed = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = UploadForm(*typed, places=places, profiles=profiles_offered(language()), initial=first)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["sent"]
        if len(sent) > FILES_AT_MOST:
            form.add_error("sent", doors.refusal_as_text(uploads.TooManyFiles(files=len(sent), limit=FILES_AT_MOST)))
        else:
            return _received(request, sent, place=form.cleaned_data["place"], profile=form.cleaned_data["profile"])
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "declarations/upload.html", {"form": form}, status=status)


def _received(request: HttpRequest, sent: Sequence[Any], *, place: str, profile: str) -> HttpResponse:
    moment = doors.now()
    names = [(each.name, each.size) for each in sent]
    batch = uploads.begin(reader(request), names, place=place, profile=profile, at=moment)
    is_small = len(sent) <= uploads.AT_ONCE_FILES and sum(each.size for each in sent) <= uploads.AT_ONCE_BYTES
    for number, each in enumerate(sent):
        if not uploads.check_size(batch.files[number]):
            continue
        if is_small:
            uploads.read_into(batch, number, each.read(), at=moment)
        else:
            _spool(batch, number, each)
    uploads.save(batch)
    if not batch.is_done:
        read_files.enqueue(batch.key)
    if len(sent) == 1 and batch.count(uploads.READ):
        return redirect("declarations:upload_file", key=batch.key, number=1)
    return redirect("declarations:upload_batch", key=batch.key)


def _spool(batch: uploads.Batch, number: int, sent: Any) -> None:
    """Lay a file where the worker finds it, in pieces, so that a large one never fills the memory."""
    folder = uploads.spool_of(batch.key)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / str(number)).open("wb") as stream:
        for piece in sent.chunks():
            stream.write(piece)


@login_required
@require_GET
def upload_batch(request: HttpRequest, key: str) -> HttpResponse:
    """Show how far the files of a batch are read, and what became of each."""
    batch = uploads.batch_of(reader(request), key)
    shown = [
        {"number": number, "sent": sent, "said": sent.said(language()), "is_read": sent.state == uploads.READ}
        for number, sent in enumerate(batch.files, start=1)
    ]
    done = len(batch.files) - batch.count(uploads.WAITING)
    sheet = {
        "batch": batch,
        "files": shown,
        "done": done,
        "total": len(batch.files),
        "refused": batch.count(uploads.REFUSED),
        "title": _("Reading the files"),
    }
    return render(request, "declarations/upload_batch.html", sheet)


@login_required
@require_POST
def stop_upload(request: HttpRequest, key: str) -> HttpResponse:
    """Leave the files that wait; what is read stays."""
    uploads.stop(uploads.batch_of(reader(request), key))
    return redirect("declarations:upload_batch", key=key)
