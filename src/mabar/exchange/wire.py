"""The door for partner nodes: one address, where bodies of MX/1 come in and answers go out (mx1.md, 10.2)."""

import logging
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mabar.exchange import contact
from mabar.exchange.line import MEDIA_TYPE
from mabar.exchange.protocol.objects import CLASSES
from mabar.exchange.protocol.refused import Refused

log = logging.getLogger(__name__)
TOO_LARGE, FORBIDDEN, NOT_THIS_FORM = 413, 403, 415


# Who sends is told by the signatures inside, not by a session; there is none here that a foreign page could ride on.
@csrf_exempt
@require_POST
def mx1(request: HttpRequest) -> HttpResponse:
    """Take a body and answer it; a body of another form, or from a node that is not known, is not read on."""
    if request.content_type != MEDIA_TYPE:
        return HttpResponse(status=NOT_THIS_FORM)
    if int(request.headers.get("Content-Length") or 0) > contact.MOST_BODY:
        return HttpResponse(status=TOO_LARGE)
    urgencies = _asked(request.GET.get("classes", ""))
    body = request.read(contact.MOST_BODY + 1)
    try:
        said = contact.answer(body, datetime.now(UTC), urgencies=urgencies, is_caller_without_door=True)
    except Refused as refused:
        log.warning("body refused", extra={"code": refused.code})
        return HttpResponse(refused.code, status=FORBIDDEN, content_type="text/plain")
    return HttpResponse(said, content_type=MEDIA_TYPE)


def _asked(text: str) -> list[int]:
    """Read the classes that a connection is for; all of them where it does not say."""
    told = [int(each) for each in text.split(",") if each.isdigit() and int(each) in CLASSES]
    return told or list(CLASSES)
