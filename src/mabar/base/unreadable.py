"""What the node reads of no request: a body beyond every measure, and the NUL character.

PostgreSQL can neither store a NUL nor look for one.
"""

from collections.abc import Callable
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from mabar.base import doors, rules
from mabar.lib.refusals import Refusal

NUL = "\x00"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


# Files that are sent lie on the disk before any page sees them: many together from a reader, nothing from a stranger.
MOST_BYTES = 320 * 1024 * 1024


class RefuseUnreadable:
    """Refuse a request before its body is read, or for a NUL in it, the same on both databases."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the page, unless its address holds a NUL or its body is too large."""
        if NUL in request.path + unquote(request.META.get("QUERY_STRING", "")):
            return _refused(request, _nul_in("address"))
        size, limit = _size(request), settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if size > limit and request.user.is_authenticated:
            limit = MOST_BYTES
        if size > limit:
            return _refused(request, rules.FileTooLarge(size_mb=size // 1_000_000, limit_mb=limit // 1_000_000))
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> HttpResponse | None:
        """Refuse a form that holds a NUL; the API reads its bodies itself."""
        if request.method != "POST" or request.content_type not in FORMS or getattr(view, "csrf_exempt", False):
            return None
        is_held = any(NUL in name or NUL in text for name, texts in request.POST.lists() for text in texts)
        return _refused(request, _nul_in("form")) if is_held else None


def _size(request: HttpRequest) -> int:
    told = request.META.get("CONTENT_LENGTH") or ""
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 19 else 0


def _nul_in(where: str) -> Refusal:
    return rules.RequestNotUnderstood(count=1, faults=[{"where": where, "what": "NUL"}])


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse(doors.refusal_as_json(refusal, "en"), status=doors.status_of(refusal))
    return doors.refusal_page(request, refusal)
