"""Two customs services through two nodes: a proof of origin doubted and confirmed, a request answered, a query."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.sitting import Sitting
from tests.journeys import two_nodes
from tests.journeys.day import Day, do, fill, send
from tests.journeys.founding import ACROSS, HERE
from tests.journeys.two_nodes import TwoNodes, until

pytestmark = pytest.mark.browser
Both = tuple[Day, Day]
PROOF = {
    "agreement": "pafta",
    "place": HERE,
    "destination": "LY",
    "exporter": "شركة واحة التمور (مثال)، ورقلة",
    "consignee": "غدامس للأغذية (مثال)، غدامس",
    "invoice": "F-2201, 2026-11-20",
    "goods-0-hs6": "080410",
    "goods-0-description": "تمور دقلة نور، موضبة",
    "goods-0-criterion": "WO",
    "goods-0-gross_mass_g": "8200",
    "goods-0-packages": "400 طرد",
}
REQUEST = {"matter": "قيمة تمور مصرّح بها", "reason": "اختلاف القيمة عن الفواتير"}
REST = {
    "description": "ثلاث إرساليات في أسبوع واحد",
    "legal_elements": "المادة المتعلقة بالقيمة لدى الجمارك",
    "connection": "أصدر البائع الفواتير الثلاث",
}


@pytest.fixture(scope="module")
def nodes(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoNodes]:
    """Both nodes, once for the tests of this file."""
    with two_nodes.running(tmp_path_factory.mktemp("between") / "nodes") as running:
        yield running


@pytest.fixture
def both(browser: Any, nodes: TwoNodes) -> Iterator[Both]:
    """A window at each side of the line: a counter in Arabic, a telephone in French."""
    windows = [Sitting.begin(browser, node, java_script_enabled=True) for node in (nodes.here, nodes.across)]
    sides = (("ar", 1366, HERE), ("fr", 390, ACROSS))
    days = []
    for window, (language, width, place) in zip(windows, sides, strict=True):
        window.resize(width)
        days.append(Day(window, language, width, "", place=place))
    yield days[0], days[1]
    for window in windows:
        assert window.troubles == []
        window.context.close()


def test_a_proof_of_origin_is_read_without_a_line_doubted_and_confirmed_by_its_issuer(both, nodes):
    here, across = both
    code = _issued(here)
    _judged(across, code, "Valable")
    _judged(across, code[:-20] + ("A" if code[-20] != "A" else "B") + code[-19:], "Altérée")
    shown = _presented(across, nodes.incoming["key"], code)
    send(across, across.at("verifying_officer", shown), "main form.panel", _doubt(), "doubted")
    page = until(here.at("verifying_officer", "/origin/verifications/"), ACROSS)
    here.show(page, "asked")
    asked = page.locator('main a[href^="/origin/verifications/"]').first.get_attribute("href")
    answer = {"outcome": "authentic", "findings": "مطابقة لسجل الإصدار"}
    send(here, here.at("verifying_officer", asked), "main form.panel", answer, "answered")
    across.show(until(across.at("verifying_officer", shown), "Confirmée"), "confirmed")


def _doubt() -> dict[str, str]:
    return {"reason": "doubt", "text": "Le cachet est pâle"}


def _issued(here: Day) -> str:
    page = here.at("declarant", "/origin/new/")
    path = _path(send(here, page, "main form:has([name=exporter])", PROOF, "applied"))
    do(here, "origin_officer", path, "check")
    page = do(here, "issuing_officer", path, "issue")
    return str(page.locator(".code-text").text_content())


def _judged(across: Day, code: str, verdict: str) -> None:
    page = across.at("verifying_officer", "/origin/check/")
    fill(page.locator("main form"), {"code": code})
    across.press('button[form="check"], main form button')
    assert verdict in page.locator("main").inner_text(), page.locator("main").inner_text()
    across.show(page, "judged")


def _presented(across: Day, declaration: str, code: str) -> str:
    page = across.at("verifying_officer", f"/origin/declarations/{declaration}/")
    page = send(across, page, "#present", {"code": code}, "presented")
    return _path(page)


def _path(page: Any) -> str:
    return urlsplit(page.url).path


def test_an_incomplete_request_is_returned_completed_and_answered_with_the_limits_of_its_use(both):
    here, across = both
    _listed(both)
    page = here.at("liaison_officer", "/assistance/new/")
    send(here, page, "#contents", REQUEST | {"kind": "assessment", "pace": "normal"} | REST, "drafted")
    path = _path(page)
    number = do(here, "liaison_officer", path, "send_request").locator("h1 bdi").inner_text()
    across.show(until(across.at("liaison_officer", "/assistance/"), number), "received")
    do(across, "liaison_officer", path, "acknowledge")
    _returned(across, path)
    here.show(until(here.at("liaison_officer", path), "Lesquelles ?"), "returned")
    do(here, "liaison_officer", path, "complete_request", {"description": "الإرساليات 101 و102 و103"})
    across.show(until(across.at("liaison_officer", path), "101"), "completed")
    do(across, "liaison_officer", path, "acknowledge")
    do(across, "liaison_officer", path, "answer_request", {"answer": "Les trois factures sont authentiques."})
    page = until(here.at("liaison_officer", path), "authentiques")
    assert "للأغراض الجمركية وحدها" in page.locator(".use-limits").inner_text()
    here.show(page, "answer")


def _designated(side: Day) -> None:
    """The head of the desk puts the liaison officer on the list, once; the other side's list comes by itself."""
    page = side.at("head_of_assistance", "/assistance/officials/")
    code = side.window.node.person("liaison_officer", side.place).key
    if code not in page.locator("main").inner_text():
        send(side, page, "#designation", {"official": code}, "designated")


def _listed(both: Both) -> None:
    for side in both:
        _designated(side)
    for side, other in zip(both, reversed(both), strict=True):
        code = other.window.node.person("liaison_officer", other.place).key
        side.show(until(side.at("head_of_assistance", "/assistance/officials/"), code), "listed")


def _returned(across: Day, path: str) -> None:
    page = across.at("liaison_officer", path)
    form = page.locator('form[action$="/return_incomplete/"]')
    form.evaluate("form => { form.closest('details').open = true; }")
    form.locator('[name="missing"][value="description"]').check()
    send(across, page, 'form[action$="/return_incomplete/"]', {"reason": "Lesquelles ?"}, "incomplete")


def test_one_declaration_of_the_partner_is_queried_for_a_purpose_that_the_terms_name(both, nodes):
    here, across = both
    _listed(both)
    page = here.at("liaison_officer", "/assistance/queries/")
    fill(page.locator("#query"), {"number": nodes.incoming["reference"]})
    page.locator('#query [name="sections"][value="items"]').check()
    assert page.locator('#query [name="purpose"]').evaluate("box => box.validity.valueMissing")
    send(here, page, "#query", {"purpose": "duty-assessment"}, "queried")
    asked = until(across.at("liaison_officer", "/assistance/"), nodes.incoming["reference"])
    across.show(asked, "query-received")
    link = asked.locator(f'main a[href^="/assistance/queries/"]:has-text("{nodes.incoming["reference"]}")').first
    path = str(link.get_attribute("href"))
    do(across, "liaison_officer", path, "answer_query")
    page = until(here.at("liaison_officer", path), nodes.incoming["code"])
    assert "للأغراض الجمركية وحدها" in page.locator(".use-limits").inner_text()
    here.show(page, "query-answered")
