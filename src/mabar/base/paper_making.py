"""What makes PDF of a paper's page: where this machine has it, and nothing but the product's own files."""

import mimetypes
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from django.contrib.staticfiles import finders

from mabar.base.queries import newest_heads

NOWHERE = "http://paper.invalid/"  # papers fetch nothing from a network
SECOND_LANGUAGES = ("fr", "en")


def can_make_pdf() -> bool:
    """Tell whether this machine has what makes PDF; without it a paper is offered as HTML to print."""
    return find_spec("weasyprint") is not None


def pdf_of(page: str, *, number: str) -> bytes:
    """Give a paper's page as PDF, its number and the head of the journal on each page.

    Raises:
        ImportError: this machine has nothing that makes PDF; see `can_make_pdf`.
    """
    from weasyprint import CSS, HTML  # half a second and 60 MB: only where a paper is made

    from mabar.base import paper_marks

    head = next(iter(newest_heads(1)), None)
    sheet = CSS(string=_every_page(number, head.root if head else "–"))
    paper = HTML(string=paper_marks.shapes_drawn(page), base_url=NOWHERE, url_fetcher=_own_files())
    content: bytes = paper.write_pdf(stylesheets=[sheet])
    return content


def _every_page(number: str, root: str) -> str:
    def quoted(text: str) -> str:
        return '"' + "".join(c for c in text if c.isalnum() or c in " -/.–…") + '"'

    return (
        f"@page {{ @bottom-left {{ content: {quoted(number)}; font-size: 8pt }}"
        f" @bottom-center {{ content: {quoted(root[:16])}; font-size: 8pt }}"
        ' @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt } }'
        " .each-page { display: none !important } .chip { display: inline-block; white-space: nowrap }"
    )


def own_file(url: str) -> tuple[bytes, str]:
    """Give one of the product's own style sheets, fonts or shapes, and its media type; a paper reads nothing else.

    Raises:
        ValueError: the address is none of them.
    """
    name = urlparse(url).path.partition("/static/")[2]
    path = finders.find(name) if name and url.startswith(NOWHERE) and ".." not in name else None
    if not isinstance(path, str):
        raise ValueError(f"a paper does not read {url}")
    return Path(path).read_bytes(), mimetypes.guess_type(path)[0] or "application/octet-stream"


def _own_files() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    from mabar.base import paper_marks

    class OwnFiles(URLFetcher):  # type: ignore[misc]  # the library tells no types
        """Answers with the product's own files alone."""

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            content, media_type = own_file(url)
            if media_type == "text/css":
                content = paper_marks.one_family_a_file(content.decode()).encode()
            return URLFetcherResponse(url, content, {"Content-Type": media_type})

    return OwnFiles()
