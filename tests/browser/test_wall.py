"""The wall, read from three metres away by everybody in the yard: large letters, nothing private."""

from collections.abc import Callable

import pytest

from tests.browser.node import FACING, PLACE
from tests.browser.sitting import Sitting

pytestmark = pytest.mark.browser
Seat = Callable[..., Sitting]

FLOOR_PX = 28
# Every text with its size as painted: in a picture, what its transformation makes of it; waiting parts as well.
SMALL = """floor => {
  document.querySelectorAll('[hidden]').forEach(node => { node.hidden = false; });
  const small = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  for (let at = walk.nextNode(); at; at = walk.nextNode()) {
    const node = at.parentElement;
    if (!at.textContent.trim() || node.closest('script, noscript, .unseen, .skip, title')) continue;
    seen += 1;
    const picture = node.closest('svg'), scale = picture && node.getScreenCTM ? node.getScreenCTM().a : 1;
    const size = parseFloat(getComputedStyle(node).fontSize) * Math.abs(scale);
    if (size < floor) small.push(`${at.textContent.trim().slice(0, 40)}: ${size} px`);
  }
  return [seen, small];
}"""


@pytest.mark.parametrize("address", [f"/wall/{PLACE}/", f"/wall/{FACING}/", "/look/wall/"])
@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_no_letter_of_the_wall_is_smaller_than_the_floor(sit: Seat, address: str, language: str):
    screen = sit(language=language, width=1920)
    seen, small = screen.open(f"{address}?language={language}").evaluate(SMALL, FLOOR_PX)
    assert seen > 10
    assert small == []
    assert screen.troubles == []


@pytest.mark.parametrize("place", [PLACE, FACING])
def test_the_wall_fits_its_screen(sit: Seat, place: str):
    page = sit(language="ar", width=1920).open(f"/wall/{place}/?language=ar")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0


@pytest.mark.parametrize("place", [PLACE, FACING])
def test_the_wall_names_nobody_no_goods_and_no_reason(sit: Seat, place: str):
    from mabar.lib import words
    from mabar.site import demo_day

    trade = words.table("site", "sample_trade")
    names = [*trade["carriers"], *(firm for side in trade["firms"].values() for firm in side)]
    brokers = [broker["name"] for side in trade["brokers"].values() for broker in side]
    goods = [good[language] for good in trade["goods"] for language in ("ar", "fr", "en")]
    reasons = [text for wants in demo_day.WANTS.values() for text in wants[:2]]
    context = sit(language="ar", width=1920).context
    for language in ("ar", "fr", "en"):
        html = context.request.get(f"/wall/{place}/?language={language}").text()
        assert [text for text in (*names, *brokers, *goods, *reasons) if text in html] == []
