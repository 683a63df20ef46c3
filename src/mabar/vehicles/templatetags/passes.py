"""How a page says the state of a pass, a finding and an act, and how the code of a paper is drawn."""

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from mabar.base import reach
from mabar.base.templatetags.mabar import chip, sign, word
from mabar.declarations import reference
from mabar.lib import dates_text, words
from mabar.lib.refusals import Refusal
from mabar.lib.words import Sentence
from mabar.vehicles.rules import Finding

register = template.Library()

SIGNS = {
    "prefilled": "unknown",
    "validated": "confirmed",
    "extended": "confirmed",
    "overdue": "alert",
    "exited": "done",
    "exited_late": "alert",
    "regularised": "done",
    "cancelled": "unknown",
    "expired": "unknown",
}
QUIET_ZONE = 4  # modules of white around the code, without which a reader may not see it; source: ISO/IEC 18004


@register.simple_tag(takes_context=True)
def pass_sign(context: Context, state: str) -> SafeString:
    """Say the state of a pass in a table: shape and word."""
    return sign(SIGNS[state], word(context, "vehicles", f"state.pass.{state}"))


@register.simple_tag(takes_context=True)
def pass_chip(context: Context, state: str) -> SafeString:
    """Say the state of the pass of the page."""
    return chip(SIGNS[state], word(context, "vehicles", f"state.pass.{state}"))


@register.simple_tag(takes_context=True)
def trade(context: Context, kind: str, key: str) -> str:
    """Say a word of the trade: `{% trade "event" "note_exit" %}`."""
    return word(context, "vehicles", f"{kind}.{key}")


@register.simple_tag
def told(refusal: Refusal) -> Sentence:
    """Say what happened and what to do, in the reader's language."""
    return refusal.sentence(reach.language())


@register.simple_tag
def finding_words(finding: Finding) -> Sentence:
    """Say what an officer should look at."""
    return words.sentence("vehicles", finding.code, reach.language(), finding.details)


@register.simple_tag
def country_name(code: str) -> str:
    """Name a country in the reader's language."""
    country = reference.country(code)
    return country.name(reach.language()) if country else code


@register.simple_tag
def days_words(count: int | None) -> str:
    """Write a number of days with its noun."""
    return "–" if count is None else dates_text.days_in_words(count, reach.language())


@register.filter
def in_groups(key: str) -> str:
    """Write a long number in groups of four, to be read aloud."""
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


@register.filter
def at_key(table: dict[str, object], key: str) -> object:
    """Look up a key that is only known in the page."""
    return table.get(key)


@register.simple_tag
def scan_code(text: str) -> SafeString:
    """Draw the code of a paper, a square a module; it says what the printed number says."""
    from qrcode import QRCode
    from qrcode.constants import ERROR_CORRECT_M

    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(text)
    rows = code.get_matrix()
    runs = "".join(
        f"M{column} {line}h1v1h-1z" for line, row in enumerate(rows) for column, is_dark in enumerate(row) if is_dark
    )
    size = len(rows)
    drawn = (
        f'<svg class="scan-code" viewBox="0 0 {size} {size}" width="120" height="120" aria-hidden="true"'
        f' focusable="false"><path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/><path fill="#000" d="{runs}"/></svg>'
    )
    return mark_safe(drawn)  # noqa: S308 - nothing but figures
