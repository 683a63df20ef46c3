"""The door for programs: one API, one router a package, one form of refusal."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language_from_request
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from mabar.base import doors, rules
from mabar.base.api_auth import StationKey
from mabar.lib.refusals import Refusal

PACKAGES = (
    *("transit", "assistance", "origin", "vehicles", "duties"),
    *("declarations", "crossings", "exchange", "base"),
)

api = NinjaAPI(
    title="Mabar",
    version="1",
    description="One node of Mabar.  Each refusal is JSON with a stable `code`, `what`, `remedy` and `details`.",
    auth=StationKey(),
    urls_namespace="api",
    docs_url=None,
    openapi_url="openapi.json",
)


@api.exception_handler(Refusal)
def refuse(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer with the refusal in the language that the program asked for."""
    answer = doors.refusal_as_json(refusal, get_language_from_request(request))
    response = api.create_response(request, answer, status=doors.status_of(refusal))
    doors.add_headers(response, refusal)
    return response


@api.exception_handler(AuthenticationError)
def refuse_without_key(request: HttpRequest, fault: AuthenticationError) -> HttpResponse:
    """Answer a request that brings no key as one whose key is not accepted."""
    return refuse(request, rules.KeyNotAccepted())


@api.exception_handler(Http404)
def refuse_unknown(request: HttpRequest, fault: Http404) -> HttpResponse:
    """Answer for a record that is not there."""
    return refuse(request, rules.NoSuchRecord(key="–"))


@api.exception_handler(ValidationError)
def refuse_shape(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    """Name every place at which the request does not have the shape that the API describes."""
    faults = [{"where": ".".join(map(str, error["loc"])), "what": error["msg"]} for error in fault.errors]
    return refuse(request, rules.RequestNotUnderstood(count=len(faults), faults=_plain(faults)))


@api.exception_handler(HttpError)
def refuse_unread(request: HttpRequest, fault: HttpError) -> HttpResponse:
    """Answer a body that cannot be read at all: cut off, of another encoding, nested without end."""
    faults = [{"where": "body", "what": str(fault)}]
    return refuse(request, rules.RequestNotUnderstood(count=1, faults=_plain(faults)))


@api.exception_handler(RequestDataTooBig)
def refuse_too_big(request: HttpRequest, fault: RequestDataTooBig) -> HttpResponse:
    """Answer a body that is larger than the node takes."""
    size, limit = int(request.META.get("CONTENT_LENGTH") or 0), settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return refuse(request, rules.FileTooLarge(size_mb=size // 1_000_000, limit_mb=limit // 1_000_000))


def _plain(faults: list[dict[str, str]]) -> Any:
    return faults[:50]


for package in PACKAGES:
    if find_spec(f"mabar.{package}.api"):
        api.add_router("", import_module(f"mabar.{package}.api").router)
