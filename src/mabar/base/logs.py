"""Logs as one JSON object a line, without personal data: what happened to which record, never about whom."""

import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse

# What a caller may add with `extra`; anything else, and above all arguments that carry names, stays out of the log.
ALLOWED = ("code", "subject", "timer", "task", "status", "ms", "route", "place", "count", "reference")
requests = logging.getLogger("mabar.requests")


class RequestLines:
    """Log one line a request: which page, with what outcome, in how long; not who asked, nor for which record."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request and log it."""
        began = time.perf_counter()
        response = self.get_response(request)
        ms = round((time.perf_counter() - began) * 1000, 1)
        requests.info("request", extra={"route": _route(request), "status": response.status_code, "ms": ms})
        return response


def _route(request: HttpRequest) -> str:
    page = request.resolver_match
    return (page.view_name or page.route) if page else "none"


class JsonLines(logging.Formatter):
    """Write a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line; a fault adds where it was raised, not the values it was raised with."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "said": _said(record),
        }
        line |= {name: getattr(record, name) for name in ALLOWED if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line["fault"] = record.exc_info[0].__name__
            line["where"] = _where(record)
        return json.dumps(line, ensure_ascii=False, default=str)


def _said(record: logging.LogRecord) -> str:
    # others' messages carry addresses and typed values in their arguments; the words without them are enough
    return record.getMessage() if record.name.startswith("mabar") else str(record.msg)


def _where(record: logging.LogRecord) -> list[str]:
    trace = record.exc_info[2] if record.exc_info else None
    steps = []
    while trace is not None:
        code = trace.tb_frame.f_code
        steps.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return steps[-8:]
