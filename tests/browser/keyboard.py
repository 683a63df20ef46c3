"""Working a page with the keyboard alone; every stop on the way must show that it has the focus."""

from typing import Any

FOCUS = """() => { const at = document.activeElement, s = getComputedStyle(at), box = at.getBoundingClientRect();
  return {name: at.name || at.textContent.trim(), width: parseFloat(s.outlineWidth), style: s.outlineStyle,
          seen: box.bottom > 0 && box.top < innerHeight}; }"""


def tab_to(page: Any, name: str, most: int = 40) -> None:
    """Go on with Tab until what bears the name, or the words, has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUS)
        is_shown = here["style"] != "none" and here["width"] >= 2 and here["seen"]
        assert is_shown, f"the focus on {here['name'][:60]!r} is not seen: {here}"
        if here["name"] == name:
            return
    raise AssertionError(f"{name} is not reached with Tab")


def type_and_send(page: Any, typed: dict[str, str]) -> None:
    """Fill boxes in their order and send the form with Enter."""
    for name, text in typed.items():
        tab_to(page, name)
        page.keyboard.press("Control+A")
        page.keyboard.type(text)
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
