"""A text as a QR code, drawn as one path of an SVG picture."""

from itertools import groupby

from django.utils.html import format_html
from django.utils.safestring import SafeString

QUIET = 4  # modules of white around it.  Source: ISO/IEC 18004


def drawn(text: str, label: str) -> SafeString:
    """Draw `text`; a tenth and a half of the code may be dirty or torn (level M)."""
    import qrcode  # with its pictures: only for who prints a slip

    code = qrcode.QRCode(border=0, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(text)
    code.make()
    size = len(code.modules) + 2 * QUIET
    return format_html(
        '<svg class="qr" role="img" aria-label="{}" viewBox="0 0 {} {}" shape-rendering="crispEdges">'
        '<rect width="100%" height="100%" fill="#fff"/><path fill="#000" d="{}"/></svg>',
        label,
        size,
        size,
        "".join(_run(row, number) for number, row in enumerate(code.modules, start=QUIET)),
    )


def _run(row: list[bool], number: int) -> str:
    """Draw a row, the dark modules that touch as one: a sheet has many codes, and each part of a path costs."""
    parts, column = [], QUIET
    for is_dark, modules in groupby(row):
        length = len(list(modules))
        if is_dark:
            parts.append(f"M{column} {number}h{length}v1h-{length}z")
        column += length
    return "".join(parts)
