"""What the people of the journey type and press, desk by desk; the words are in the language of the journey."""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from tests.browser import looking
from tests.browser.node import FACING
from tests.browser.sitting import Sitting

# `MABAR_SCREENS=build/screens` keeps a picture of each step, to be looked at; drawing them takes a third of the time.
SCREENS = os.environ.get("MABAR_SCREENS", "")
SEALS = "LY 0091874, LY 0091875"
WORDS = {
    "ar": {
        "goods": "مضخات مياه كهربائية",
        "exporter": "شركة السهل للمضخات (مثال)",
        "consignee": "شركة الواحة للري (مثال)",
        "carrier": "نقليات العرق (مثال)",
        "lane": "البند 2 لا يطابق الفاتورة المقدَّمة",
        "remark": "قُدّم أصل الفاتورة",
        "found": "عدد الطرود أقل باثنين من المصرّح به",
        "wants": "مطابقة رقم الهيكل",
        "hold": "رقم الهيكل غير مقروء في الوثيقة",
        "lift": "طابق رقم الهيكل الوثيقة",
    },
    "fr": {
        "goods": "Pompes à eau électriques",
        "exporter": "Pompes du Sahel (exemple)",
        "consignee": "Irrigation de l'Oasis (exemple)",
        "carrier": "Transports de l'Erg (exemple)",
        "lane": "L'article 2 ne répond pas à la facture présentée",
        "remark": "Original de la facture présenté",
        "found": "Deux colis de moins que déclaré",
        "wants": "Vérifier le numéro de châssis",
        "hold": "Numéro de châssis illisible sur la carte",
        "lift": "Le numéro de châssis répond à la carte",
    },
}


@dataclass
class Day:
    """One truck's day, and what the pages have told so far.

    One window is enough: who works at a desk sits down before it with the session of his own, and the next one after.
    """

    window: Sitting
    language: str
    width: int
    plate: str
    declaration: str = ""
    truck: str = ""
    readers: set[str] = field(default_factory=set)
    acted_at: float = 0.0
    shot: int = 0
    place: str = FACING

    @property
    def words(self) -> dict[str, str]:
        """What is typed in words."""
        return WORDS[self.language]

    def at(self, desk: str, path: str, key: str = "") -> Any:
        """Give a page as who works at a desk has it before him; after an act of his own it is there already."""
        node = self.window.node
        person = node.by_key(key) if key else node.person(desk, self.place)
        if person == self.window.person and self.window.page.url == urljoin(node.origin, path):
            return self.window.page
        self.window.seat(person)
        if person.key not in self.readers:
            self.window.read_in(self.language)
            self.readers.add(person.key)
        return self.window.open(path)

    def wall(self, name: str = "wall") -> str:
        """Give what the wall says to who passes by; a truck may stand on a part that waits for its turn."""
        # the board is drawn once in every second of the clock, for all who look
        self.window.page.wait_for_timeout(max(0.0, int(self.acted_at) + 1 - time.time()) * 1000)
        self.window.seat(None)
        page = self.window.open(f"/wall/{self.place}/?language={self.language}")
        self.show(page, name)
        return str(page.locator("#wall-board").evaluate("board => board.textContent"))

    def press(self, selector: str) -> None:
        """Press the button of an act."""
        self.window.press(selector)
        self.acted_at = time.time()

    def show(self, page: Any, name: str) -> None:
        """Look that the page stands as its language reads and nothing hangs over its side; keep a picture if asked."""
        self.shot += 1
        if SCREENS:
            file = Path(SCREENS) / f"{self.language}-{self.width}" / f"{self.shot:02}-{name}.png"
            page.screenshot(path=file, full_page=True)
        assert looking.wrongly_headed(page, self.language) == [], name
        over = page.evaluate(looking.OVER_THE_SIDE)
        assert over == 0, f"{name} scrolls sideways by {over} px"


def fill(area: Any, typed: dict[str, str]) -> None:
    """Type into boxes of a page or form by their names, or by what ends in `_` and begins one; from a list, choose."""
    for name, text in typed.items():
        box = area.locator(f'[name^="{name}"]' if name.endswith("_") else f'[name="{name}"]')
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(text)
        else:
            box.fill(text)


def lodge(day: Day) -> None:
    """The broker writes an import in six steps and lodges it."""
    page = day.at("declarant", "/declarations/drafts/new/")
    page.locator('[name="flow"][value="import"]').check()
    fill(page, {"place": FACING, "regime": "import", "reference": f"J-{day.plate}"})
    day.show(page, "draft-new")
    day.press("form.panel-body button.main")
    for step, write in STEPS.items():
        write(day, page)
        day.show(page, f"draft-{step}")
        day.press('button[value="continue"]')
    day.show(page, "draft-review")
    assert page.locator(".strip.ok").count() == 1, page.locator("main").inner_text()
    day.press('button[value="lodge"]')
    day.declaration = page.url.split("#")[0]
    day.show(page, "lodged")


def _header(day: Day, page: Any) -> None:
    totals = {"package_count": "20", "valuation.gross_mass_g": "1000", "valuation.invoice.currency": "EUR"}
    countries = {"export_country.code": "DZ", "destination_country.code": "LY", "trading_country": "DZ"}
    fill(page, countries | totals | {"valuation.invoice.foreign": "24000", "valuation.invoice.rate": "5.6"})


def _parties(day: Day, page: Any) -> None:
    names = {"exporter.name": day.words["exporter"], "consignee.name": day.words["consignee"]}
    fill(page, names | {"exporter.code": "DZ-07-EXAMPLE", "consignee.code": "LY-12-EXAMPLE"})


def _transport(day: Day, page: Any) -> None:
    plates = {f"transport.{at}.identity": day.plate for at in ("departure", "border")}
    countries = {f"transport.{at}.nationality": "DZ" for at in ("departure", "border")}
    fill(page, plates | countries | {"transit.seals": SEALS, "transit.seal_count": "2"})


def _items(day: Day, page: Any) -> None:
    for index in range(2):
        before = page.url
        page.locator('button[value="add"]').click()
        page.wait_for_selector(f'[name="items[{index}].commodity_code"]')
        assert page.url.split("#")[0].split("?")[0] == before.split("#")[0].split("?")[0]
    page.locator('[name="items[0].commodity_code"]').focus()
    for index in range(2):
        _row_by_keyboard(day, page, index)


def _row_by_keyboard(day: Day, page: Any, index: int) -> None:
    """Write a row of the grid with Tab from cell to cell, as one who types all day does."""
    row = ["84137000", f"{day.words['goods']} {index + 1}", "IT", "10", "480", "500", "12000", "4000"]
    page.locator(f'[name="items[{index}].commodity_code"]').focus()
    for text in row:
        page.keyboard.press("Control+A")
        page.keyboard.type(text)
        page.keyboard.press("Tab")


def _documents(day: Day, page: Any) -> None:
    paper = {"item": "1", "code": "380", "reference": "INV-2201", "on": "2026-11-01"}
    fill(page, {f"documents[0].{name}": text for name, text in paper.items()})


STEPS = {"header": _header, "parties": _parties, "transport": _transport, "items": _items, "documents": _documents}


def announce(day: Day, *, broker: str = "") -> None:
    """The broker announces the truck and puts the goods on it, in one act."""
    page = day.at("declarant", day.declaration, broker)
    form = page.locator('form[action$="/truck/"]')
    fill(form, {"plate": day.plate, "trailer_plate": f"{day.plate}9", "carrier": day.words["carrier"], "seals": SEALS})
    day.press('form[action$="/truck/"] button')
    day.truck = page.locator(f'main a[href^="/passages/"]:has-text("{day.plate}")').first.get_attribute("href")
    day.show(page, "on-the-truck")


def act(day: Day, desk: str, path: str, name: str, typed: dict[str, str] | None = None, key: str = "") -> Any:
    """An officer opens a page and does the act that is in turn for his desk."""
    page = day.at(desk, path, key)
    fill(page.locator("#act"), typed or {})
    day.press('button[form="act"], #act button.main')
    assert page.locator(".toast.ok").count() == 1, page.locator("main").inner_text()
    day.show(page, name)
    return page


def act_aside(day: Day, desk: str, path: str, action: str, name: str, typed: dict[str, str]) -> Any:
    """An officer does an act that stands beside the one in turn."""
    page = day.at(desk, path)
    form = page.locator(f'form[action$="/{action}/"]')
    form.evaluate("form => { const fold = form.closest('details'); if (fold) { fold.open = true; } }")
    fill(form, typed)
    day.press(f'form[action$="/{action}/"] button')
    assert page.locator(".toast.ok").count() == 1, page.locator("main").inner_text()
    day.show(page, name)
    return page


def do(side: Day, desk: str, path: str, act: str, typed: dict[str, str] | None = None) -> Any:
    """Open a page at a desk, fill in the form of an act, folded or not, and send it; the page says that it is done."""
    page = side.at(desk, path)
    form = page.locator(f'form[action$="/{act}/"]')
    form.evaluate("form => { const fold = form.closest('details'); if (fold) { fold.open = true; } }")
    return send(side, page, f'form[action$="/{act}/"]', typed or {}, act)


def send(side: Day, page: Any, form: str, typed: dict[str, str], name: str) -> Any:
    """Fill in a form of the page and send it by its own button, inside it or at the head of the page."""
    fill(page.locator(form), typed)
    key = page.locator(form).get_attribute("id")
    inside = page.locator(f"{form} button:not([name])")
    side.press(f"{form} button:not([name])" if inside.count() else f'button[form="{key}"]')
    assert page.locator(".toast.ok").count() == 1, page.locator("main").inner_text()
    side.show(page, name)
    return page
