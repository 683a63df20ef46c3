"""Bytes of an XML file to a tree, without entities, document types or the network; and how the file is laid out."""

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from mabar.declarations.formats import refusals

LIMIT_BYTES = 20 * 1024 * 1024
WRAPPER = "Declarations"
_DECLARATION = re.compile(r"\s*(<\?xml\b.*?\?>)", re.DOTALL)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BEFORE = re.compile(rb"(?:\xef\xbb\xbf|[ \t\r\n])*")
_NULL_INLINE = tuple(
    "><null/>".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
)
_PROLOG_BYTES = 65536
# Asked once of the whole tree, so that what hardly any file has is not looked for at each element.
_HAS_ATTRIBUTES = etree.XPath("boolean(/descendant::*/@*)")
_HAS_TEXT_BETWEEN = etree.XPath("boolean(/descendant::text()[preceding-sibling::*])")


@dataclass(frozen=True)
class Layout:
    """How a file is written around its elements."""

    declaration: str = '<?xml version="1.0" encoding="UTF-8" standalone="no"?>'
    encoding: str = "UTF-8"
    has_bom: bool = False
    indent: str | None = ""
    newline: str = "\n"
    has_null_inline: bool = True


@dataclass(frozen=True)
class Document:
    """A parsed file."""

    root: Any
    layout: Layout
    is_wrapped: bool = False
    may_hide: bool = True
    has_attributes: bool = True
    has_text_between: bool = True


def parse(data: bytes, *, limit: int = LIMIT_BYTES) -> Document:
    """Parse an XML file of a trader.

    Raises:
        FileBeyondLimit, DoctypeForbidden, EncodingBroken, XmlBroken: nothing of the file is read then.
    """
    if len(data) > limit:
        raise refusals.FileBeyondLimit(megabytes=f"{len(data) / 1e6:.1f}", limit=limit // (1024 * 1024))
    data = _trimmed(data)
    start = data[:_PROLOG_BYTES].replace(b"\0", b"").upper()
    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
        raise refusals.DoctypeForbidden(line=start.split(b"<!", 1)[0].count(b"\n") + 1)
    layout = _layout(data)
    if layout.encoding.upper().startswith(("UTF-16", "UTF-32", "UCS-")) and b"\0" not in data[:64]:
        raise refusals.EncodingBroken(line=1, encoding=layout.encoding)
    root, is_wrapped = _root(data, layout)
    return Document(
        root,
        layout,
        is_wrapped,
        may_hide=not data.isascii() or (b"&" in data and b"&#" in data),
        has_attributes=bool(_HAS_ATTRIBUTES(root)),
        has_text_between=bool(_HAS_TEXT_BETWEEN(root)),
    )


def _trimmed(data: bytes) -> bytes:
    """Take off the blanks and doubled marks that some programs put first; mark UTF-16 that came without its mark."""
    if data.startswith((b"<\0", b"\0<")) and not data.startswith(b"<\0\0"):
        return (b"\xff\xfe" if data.startswith(b"<") else b"\xfe\xff") + data
    before = _BEFORE.match(data)
    length = before.end() if before else 0
    return (_BOMS[0][0] if _BOMS[0][0] in data[:length] else b"") + data[length:]


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=True,
        collect_ids=False,
    )


def _root(data: bytes, layout: Layout) -> tuple[Any, bool]:
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        if _code(error) == etree.ErrorTypes.ERR_DOCUMENT_END and data.rstrip().endswith(b">"):
            return _several_roots(data, layout, error), True
        raise _refusal(error, layout) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise refusals.DoctypeForbidden(line=1)
    return root, False


def _several_roots(data: bytes, layout: Layout, first_error: etree.XMLSyntaxError) -> Any:
    """Read a file in which several documents or fragments simply follow each other."""
    text = data.decode(layout.encoding, errors="replace").removeprefix("\ufeff")
    bare = re.sub(r"<\?xml\b.*?\?>", lambda found: "\n" * found.group().count("\n"), text, flags=re.DOTALL)
    try:
        return etree.fromstring(f"<{WRAPPER}>{bare}</{WRAPPER}>".encode(), _parser())
    except etree.XMLSyntaxError:
        raise _refusal(first_error, layout) from None


def _refusal(error: etree.XMLSyntaxError, layout: Layout) -> refusals.FileRefused:
    line = error.lineno or 1
    if _code(error) == etree.ErrorTypes.ERR_DOCUMENT_EMPTY:
        return refusals.FileEmpty()
    if _code(error) in _ENCODING_ERRORS or "encoding" in str(error).lower():
        return refusals.EncodingBroken(line=line, encoding=layout.encoding)
    if _code(error) not in _REFERENCE_ERRORS and "entit" in str(error).lower():
        return refusals.DoctypeForbidden(line=line)
    return refusals.XmlBroken(line=line, reason=str(error).partition(", line")[0])


def _code(error: etree.XMLSyntaxError) -> int:
    return int(getattr(error, "code", 0) or 0)


# An ampersand that stands alone, or names what no document type declares: a slip of the program that wrote the file.
_REFERENCE_ERRORS = frozenset(
    (
        etree.ErrorTypes.ERR_NAME_REQUIRED,
        etree.ErrorTypes.ERR_ENTITYREF_NO_NAME,
        etree.ErrorTypes.ERR_ENTITYREF_SEMICOL_MISSING,
        etree.ErrorTypes.ERR_UNDECLARED_ENTITY,
    )
)
_ENCODING_ERRORS = frozenset(
    getattr(etree.ErrorTypes, name)
    for name in (
        "ERR_INVALID_ENCODING",
        "ERR_UNKNOWN_ENCODING",
        "ERR_UNSUPPORTED_ENCODING",
        "I18N_CONV_FAILED",
    )
    if hasattr(etree.ErrorTypes, name)
)


def _layout(data: bytes) -> Layout:
    bom = next(((mark, name) for mark, name in _BOMS if data.startswith(mark)), None)
    text = data[:4096].decode(bom[1] if bom else "latin-1", errors="ignore").removeprefix("\ufeff")
    declared = _DECLARATION.match(text)
    declaration = declared.group(1) if declared else ""
    named = re.search(r"encoding\s*=\s*[\"']([A-Za-z0-9._\-]+)[\"']", declaration)
    marked = bom[1].upper() if bom else "UTF-8"
    # A mark of UTF-8 says more than a declaration that contradicts it.
    encoding = named.group(1) if named and not (bom and marked == "UTF-8") else marked
    body = text[declared.end() :] if declared else text
    between = re.search(r"<[A-Za-z][^<>/]*>(\s*)<[A-Za-z]", body)
    space = between.group(1) if between else ""
    newline = "\r\n" if "\r\n" in space else "\n"
    indent = space.rpartition("\n")[2] if "\n" in space else None
    has_null_inline = any(null in data for null in _NULL_INLINE)
    return Layout(declaration, encoding, bom is not None, indent, newline, has_null_inline)
