"""What the people of the journey type and press, desk by desk; the words are in the language of the journey."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
    """One truck's day: who is seated where, and what the pages have told so far."""

    seat: Callable[..., Sitting]
    language: str
    width: int
    plate: str
    declaration: str = ""
    truck: str = ""
    seated: dict[str, Sitting] = field(default_factory=dict)
    shot: int = 0

    @property
    def words(self) -> dict[str, str]:
        """What is typed in words."""
        return WORDS[self.language]

    def at(self, desk: str, key: str = "") -> Sitting:
        """Give who sits at a desk."""
        name = key or desk
        if name not in self.seated:
            self.seated[name] = self.seat(desk, place=FACING, key=key, language=self.language, width=self.width)
        return self.seated[name]

    def show(self, page: Any, name: str) -> None:
        """Look that the page stands as its language reads and nothing hangs over its side; keep a picture if asked."""
        self.shot += 1
        if SCREENS:
            file = Path(SCREENS) / f"{self.language}-{self.width}" / f"{self.shot:02}-{name}.png"
            page.screenshot(path=file, full_page=True)
        html = page.locator("html")
        assert html.get_attribute("lang") == self.language
        assert html.get_attribute("dir") == ("rtl" if self.language == "ar" else "ltr")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over == 0, f"{name} scrolls sideways by {over} px"


def fill(area: Any, typed: dict[str, str]) -> None:
    """Type into boxes of a page or a form by their names; from a list, choose."""
    for name, text in typed.items():
        box = area.locator(f'[name="{name}"]')
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(text)
        else:
            box.fill(text)


def lodge(day: Day) -> None:
    """The broker writes an import in six steps and lodges it."""
    broker = day.at("declarant")
    page = broker.open("/declarations/drafts/new/")
    page.locator('[name="flow"][value="import"]').check()
    fill(page, {"place": FACING, "regime": "import", "reference": f"J-{day.plate}"})
    day.show(page, "draft-new")
    broker.press("form.panel-body button.main")
    for step, write in STEPS.items():
        write(day, page)
        day.show(page, f"draft-{step}")
        broker.press('button[value="continue"]')
    day.show(page, "draft-review")
    assert page.locator(".strip.ok").count() == 1, page.locator("main").inner_text()
    broker.press('button[value="lodge"]')
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


def announce(day: Day) -> None:
    """The broker announces the truck and puts the goods on it, in one act."""
    broker = day.at("declarant")
    page = broker.page
    form = page.locator('form[action$="/truck/"]')
    fill(form, {"plate": day.plate, "trailer_plate": f"{day.plate}9", "carrier": day.words["carrier"], "seals": SEALS})
    broker.press('form[action$="/truck/"] button')
    day.truck = page.locator(f'main a[href^="/passages/"]:has-text("{day.plate}")').first.get_attribute("href")
    day.show(page, "on-the-truck")


def act(day: Day, desk: str, path: str, name: str, typed: dict[str, str] | None = None, key: str = "") -> Any:
    """An officer opens a page and does the act that is in turn for his desk."""
    officer = day.at(desk, key)
    page = officer.open(path)
    fill(page.locator("#act"), typed or {})
    officer.press('button[form="act"]')
    assert page.locator(".toast.ok").count() == 1, page.locator("main").inner_text()
    day.show(page, name)
    return page


def act_aside(day: Day, desk: str, path: str, action: str, name: str, typed: dict[str, str]) -> Any:
    """An officer does an act that stands beside the one in turn."""
    officer = day.at(desk)
    page = officer.open(path)
    form = page.locator(f'form[action$="/{action}/"]')
    form.evaluate("form => { const fold = form.closest('details'); if (fold) { fold.open = true; } }")
    fill(form, typed)
    officer.press(f'form[action$="/{action}/"] button')
    assert page.locator(".toast.ok").count() == 1, page.locator("main").inner_text()
    day.show(page, name)
    return page
