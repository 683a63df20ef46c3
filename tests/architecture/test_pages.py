"""Pages hold no style and no script of their own, and the style sheets read the same from either side."""

import re
from pathlib import Path

import pytest

from tests.architecture.code import SOURCE, assert_none, source_files, templates

SHEETS = sorted(path for path in SOURCE.glob("*/static/**/*.css") if "vendor" not in path.parts)
# The one place where a page takes SVG as it was drawn; the drawing escapes every word that it was given.
DRAWN = {"site/templates/partials/crossing_line.html"}
TEMPLATES = [pytest.param(each, id=str(each.relative_to(SOURCE))) for each in templates()]

# Each of these names a side of the screen; the logical name beside it follows the reader's language.
PHYSICAL = {
    r"(?<![\w-])(margin|padding|border|inset)-(left|right)(?![\w])": "…-inline-start / …-inline-end",
    r"(?<![\w-])(left|right)\s*:": "inset-inline-start / inset-inline-end",
    r"(?<![\w-])(text-align|float|clear)\s*:\s*(left|right)": "start / end, inline-start / inline-end",
    r"(?<![\w-])border-(top|bottom)-(left|right)-radius": "border-start-start-radius and its sisters",
}
_LENGTH = r"[ \t]*([^;\s}]+)"
FOUR_SIDES = re.compile(r"(?<![\w-])(?:margin|padding|inset)\s*:" + _LENGTH + (r"[ \t]" + _LENGTH) * 3)
# Direction-changing characters are written by the tags, as escapes, never by hand: in a source nobody sees them.
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@pytest.mark.parametrize("sheet", [pytest.param(each, id=each.name) for each in SHEETS])
def test_a_style_sheet_names_no_side_of_the_screen(sheet: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert_none(
        f"{sheet.name}: {match.group(0).strip()} -> {logical}"
        for physical, logical in PHYSICAL.items()
        for match in re.finditer(physical, text)
    )
    # of four lengths the second is the right side and the fourth the left
    assert_none(each.group(0) for each in FOUR_SIDES.finditer(text) if each.group(2) != each.group(4))


def test_there_are_style_sheets_and_pages_to_look_at() -> None:
    assert len(SHEETS) > 3
    assert len(TEMPLATES) > 10


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_page_carries_no_style_and_no_script_of_its_own(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert_none(re.findall(r"<style\b|\sstyle=|\son[a-z]+=\"[^\"]*\"|javascript:|\bautoescape off", text))
    assert str(template.relative_to(SOURCE)) in DRAWN or "|safe" not in text
    assert_none(match for match in re.findall(r"<script\b[^>]*>", text) if "src=" not in match and "json" not in match)


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_form_that_writes_carries_its_token(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    posts = re.findall(r"<form\b[^>]*method=\"?post\b.*?</form>", text, flags=re.DOTALL | re.IGNORECASE)
    assert_none(form.split("\n")[0] for form in posts if "csrf_token" not in form)


def test_no_source_hides_a_character_that_turns_the_direction() -> None:
    found = []
    for path in source_files():
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="strict").splitlines(), start=1):
            if hidden := BIDI.search(line):
                found.append(f"{path}:{number} U+{ord(hidden.group(0)):04X}")
    assert_none(found)
