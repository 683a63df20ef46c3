"""Acts sent as a browser without scripts sends them: the form of the page, with what one types."""

import re
import time
from html import unescape
from typing import Any

from tests.browser.sitting import send

FORM = r'<form[^>]*action="{action}"[^>]*>(.*?)</form>'
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?')
SEALS = "LY 0091874"


def typed_form(context: Any, page: str, action: str, typed: dict[str, str]) -> dict[str, str]:
    """Give what a form of a page would send."""
    html = context.request.get(page).text()
    form = re.search(FORM.format(action=re.escape(action)), html, re.DOTALL)
    assert form, f"no form for {action} on {page}"
    return {name: unescape(value) for name, value in HIDDEN.findall(form[1])} | typed


def new_plate() -> str:
    """Give a plate that no truck of the node bears; 328 is no year of the generator's plates."""
    return f"99{time.time_ns() // 10**6 % 10**6:06}-328-30"


def announce(context: Any, plate: str, place: str) -> str:
    """Announce a truck and give the address of its page."""
    typed = {"place": place, "direction": "entry", "plate": plate, "seals": SEALS}
    answer = send(context, "/passages/new/", typed_form(context, "/passages/new/", "/passages/new/", typed))
    return "/" + "/".join(answer.url.split("/")[3:])


def act(context: Any, truck: str, name: str, typed: dict[str, str] | None = None) -> Any:
    """Do an act on a truck."""
    action = f"{truck}{name}/"
    return send(context, action, typed_form(context, truck, action, typed or {}))
