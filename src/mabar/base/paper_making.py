"""What makes PDF of a paper's page: where this machine has it, and nothing but the product's own files."""

import mimetypes
from collections.abc import Mapping
from datetime import UTC
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from django.conf import settings
from django.contrib.staticfiles import finders

from mabar.base import node_keys, paper_signatures
from mabar.base.models import JournalHead
from mabar.base.paper_signatures import Told
from mabar.base.queries import newest_heads

NOWHERE = "http://paper.invalid/"  # papers fetch nothing from a network
SECOND_LANGUAGES = ("fr", "en")


def can_make_pdf() -> bool:
    """Tell whether this machine has what makes PDF; without it a paper is offered as HTML to print."""
    return find_spec("weasyprint") is not None


def pdf_of(page: str, told: Told) -> bytes:
    """Give a paper's page as PDF (PDF/A-3u), its number and the head of the journal on each page.

    Args:
        told: what the paper says, which lies in the PDF as a record that the node has signed.

    Raises:
        ImportError: this machine has nothing that makes PDF; see `can_make_pdf`.
    """
    from weasyprint import CSS, HTML, Attachment  # half a second and 60 MB: only where a paper is made

    from mabar.base import paper_marks

    head, key = next(iter(newest_heads(1)), None), node_keys.signing_key(settings.NODE.folder)
    record = paper_signatures.unsigned(told, node=settings.NODE.code, key_id=key.key_id, head=_head_told(head))
    at = told.at.astimezone(UTC)
    beside = Attachment(string=record, name=paper_signatures.NAME, created=at, modified=at, relationship="Data")
    sheet = CSS(string=_every_page(told.number, head.root if head else "–"))
    paper = HTML(string=paper_marks.shapes_drawn(page), base_url=NOWHERE, url_fetcher=_own_files())
    pdf: bytes = paper.write_pdf(
        stylesheets=[sheet], attachments=[beside], pdf_variant="pdf/a-3u", finisher=_with_open_record
    )
    return paper_signatures.signed(pdf, record, key)


def made(page: str, told: Told) -> tuple[bytes, str]:
    """Give a paper and its media type: PDF, or the page itself where this machine makes no PDF."""
    return (pdf_of(page, told), "application/pdf") if can_make_pdf() else (page.encode(), "text/html")


def _head_told(head: JournalHead | None) -> dict[str, Any] | None:
    if head is None:
        return None
    return {"size": head.size, "root": head.root, "at": head.signed_at, "key": head.key_id, "signature": head.signature}


def _with_open_record(_document: Any, pdf: Any) -> None:
    """Leave the attachment unpacked, so that the signature can be put into its place; its checksum was of the holes."""
    for each in pdf.objects:
        if getattr(each, "extra", {}).get("Type") == "/EmbeddedFile":
            each.compress = False
            del each.extra["Params"]["CheckSum"]


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
