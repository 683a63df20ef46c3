"""What is looked for on a page: accessibility, words left in another language, what hangs over the side."""

import json
import re
from functools import cache
from typing import Any

from babel.messages.pofile import read_po

from tests.browser.node import PROJECT

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
GRAVE = ("serious", "critical")
SMALLEST_TARGET = 24
LATIN_WORD = re.compile(r"[A-Za-zÀ-ÿ]{3,}")
CODE = re.compile(r"\S*[A-Za-z]\S*[-.\d]\S*")  # DEB-0021, export.xml: the same in every language

# Words for the eye and the ear, without what stands in another language on purpose: codes, names, other languages.
TEXTS = """() => {
  const said = [], own = document.documentElement.lang;
  const apart = node => node.closest('bdi, script, style, noscript, svg defs, option, textarea, .code, [data-plain]')
    || (node.closest('[lang]') && node.closest('[lang]').lang !== own);
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let at = walk.nextNode(); at; at = walk.nextNode()) {
    const text = at.textContent.trim();
    if (text && !apart(at.parentElement)) said.push(text);
  }
  for (const node of document.querySelectorAll('[aria-label], [title], [placeholder], [data-label]')) {
    if (!apart(node)) for (const name of ['aria-label', 'title', 'placeholder', 'data-label'])
      if (node.getAttribute(name)) said.push(node.getAttribute(name).trim());
  }
  return said;
}"""
# A link within a sentence is as high as its line; everything else is a target of its own.
SMALL_TARGETS = """least => Array.from(document.querySelectorAll(
    'button, input:not([type=hidden]), select, textarea, summary, .menu a, .tab, .tabs a, a.button, .steps a'))
  .filter(node => node.checkVisibility() && !node.closest('.unseen, .skip'))
  .filter(node => !(node.closest('label') && node.closest('label').getBoundingClientRect().height >= least))
  .map(node => [node.outerHTML.slice(0, 90), node.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.width < least || box.height < least))
  .map(([html, box]) => `${html} is ${Math.round(box.width)} x ${Math.round(box.height)}`)"""
HEAD = """() => { const root = document.documentElement;
  return [root.getAttribute('lang'), root.getAttribute('dir'), document.querySelectorAll('h1').length]; }"""
OVER_THE_SIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@cache
def _axe() -> str:
    from axe_playwright_python.base import AXE_SCRIPT

    return str(AXE_SCRIPT)


def grave_findings(page: Any) -> list[str]:
    """Give what axe-core finds serious or critical."""
    page.evaluate(_axe())
    # what the bar at the foot happens to cover comes out when one scrolls
    page.evaluate("document.querySelectorAll('.foot-bar').forEach(bar => { bar.style.position = 'static'; })")
    found = page.evaluate(f"axe.run(document, {json.dumps(RULES)})")
    return [
        f"axe {each['id']}: {node['target']} {node['html'][:110]}"
        for each in found["violations"]
        if each["impact"] in GRAVE
        for node in each["nodes"][:3]
    ]


def small_targets(page: Any) -> list[str]:
    """Give what is too small for a finger."""
    return [f"target: {each}" for each in page.evaluate(SMALL_TARGETS, SMALLEST_TARGET)]


def hanging_over(page: Any, width: int, height: int = 800) -> list[str]:
    """Tell whether the page scrolls sideways at a width."""
    page.set_viewport_size({"width": width, "height": height})
    over = page.evaluate(OVER_THE_SIDE)
    return [f"scrolls sideways by {over} px at {width}"] if over > 0 else []


def wrongly_headed(page: Any, language: str) -> list[str]:
    """Tell whether the root says another language or direction, or the page has not one first heading."""
    wanted = [language, "rtl" if language == "ar" else "ltr"]
    *said, heads = page.evaluate(HEAD)
    found = [] if said == wanted else [f"lang and dir are {said}"]
    return found + ([] if heads == 1 else [f"{heads} first headings"])


def untranslated(page: Any, language: str) -> list[str]:
    """Give the words that stand in another language than the page's."""
    said = page.evaluate(TEXTS)
    if language == "ar":
        return [f"Latin words: {text[:80]}" for text in said if LATIN_WORD.search(_without_data(text))]
    left = _english() if language == "fr" else frozenset()
    return [f"English words: {text}" for text in said if text in left]


def _without_data(text: str) -> str:
    """Take out the names that the sample's firms and carriers bear, and what is Latin in every language."""
    for name in _names():
        text = text.replace(name, "")
    return CODE.sub("", text)


@cache
def _names() -> tuple[str, ...]:
    from mabar.lib import words

    trade = words.table("site", "sample_trade")
    brokers = [broker["name"] for side in trade["brokers"].values() for broker in side]
    firms = [firm for side in trade["firms"].values() for firm in side]
    return tuple(sorted([*trade["carriers"], *brokers, *firms, *LATIN_EVERYWHERE], key=len, reverse=True))


LATIN_EVERYWHERE = (
    *(
        "ASYCUDA World",
        "ASYCUDA",
        "WCO",
        "UN/EDIFACT",
        "CUSDEC",
        "CUSCAR",
        "CUSRES",
        "ALCES",
        "SINDA",
        "XML",
        "CSV",
        "XLSX",
        "JSON",
        "PDF",
        "TOTP",
        "Enter",
        "API",
        "EUR",
    ),
    "mabar backup FILE",  # what is typed at the node's own machine
)


@cache
def _english() -> frozenset[str]:
    """Give each English word or sentence whose French is another one."""
    pairs = [*_messages(), *_vocabulary()]
    french = {fr for _, fr in pairs}
    return frozenset(en for en, fr in pairs if en != fr and en not in french)


def _messages() -> list[tuple[str, str]]:
    pairs = []
    for file in PROJECT.glob("src/mabar/*/locale/fr/LC_MESSAGES/django.po"):
        with file.open("rb") as stream:
            told = [(m.id, m.string) for m in read_po(stream) if m.id]
        pairs += [(en, fr) for en, fr in told if isinstance(en, str) and isinstance(fr, str)]
    return pairs


def _vocabulary() -> list[tuple[str, str]]:
    from mabar.lib import words

    packages = [file.parent.parent.name for file in PROJECT.glob("src/mabar/*/data/words.yaml")]
    rows = [row for package in packages for row in words.table(package, "words").values()]
    return [(row["en"], row["fr"]) for row in rows if isinstance(row, dict) and {"en", "fr"} <= set(row)]
