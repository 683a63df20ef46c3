"""Assistance's pages: the desk, each request, queries, officials, deadlines, and oversight."""

from mabar.assistance.pages.asking import decide_query, queries_page, query
from mabar.assistance.pages.desk import desk, new, oral
from mabar.assistance.pages.officials import deadlines, officials, strike
from mabar.assistance.pages.oversight import oversight
from mabar.assistance.pages.request import do, file, request_page

__all__ = [
    "deadlines",
    "decide_query",
    "desk",
    "do",
    "file",
    "new",
    "officials",
    "oral",
    "oversight",
    "queries_page",
    "query",
    "request_page",
    "strike",
]
