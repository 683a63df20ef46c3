"""Somebody who sits before a screen: signed in, reading in a language, at a width."""

from dataclasses import dataclass, field
from typing import Any

from tests.browser.node import Person, RunningNode

HEIGHTS = {320: 640, 390: 844, 640: 900, 1366: 768, 1920: 1080}
# What the node wants to find both in a cookie and in a form; a form that is sent without its page brings it itself.
TOKEN = "the01form02and03the04cookie05say"


@dataclass
class Sitting:
    """One browser window of one person, and everything that went wrong in it."""

    node: RunningNode
    context: Any
    page: Any
    person: Person | None = None
    troubles: list[str] = field(default_factory=list)

    @classmethod
    def begin(cls, browser: Any, node: RunningNode, *, java_script_enabled: bool) -> "Sitting":
        """Open a window before which nobody sits yet."""
        context = browser.new_context(
            base_url=node.origin, locale="ar", reduced_motion="reduce", java_script_enabled=java_script_enabled
        )
        context.set_default_timeout(15_000)
        sitting = cls(node, context, context.new_page())
        sitting._listen()
        return sitting

    def _listen(self) -> None:
        # the browser itself reports a 4xx page as an error; what a page answers is the tests' own question
        self.page.on(
            "console",
            lambda said: (
                self.troubles.append(f"{said.type}: {said.text}")
                if said.type in ("error", "warning") and "the server responded with a status of" not in said.text
                else None
            ),
        )
        self.page.on("pageerror", lambda fault: self.troubles.append(f"fault: {fault}"))

    def seat(self, person: Person | None) -> None:
        """Let somebody sit down before the window, with a session of his own; who is nobody is a visitor."""
        self.person = person
        cookies = [f"csrftoken={TOKEN}", *([person.session] if person else [])]
        named = (cookie.partition("=") for cookie in cookies)
        self.context.clear_cookies()
        self.context.add_cookies([{"name": name, "value": value, "url": self.node.origin} for name, _, value in named])

    def resize(self, width: int) -> None:
        """Make the window as wide as a screen of a usual size."""
        self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})

    def read_in(self, language: str) -> None:
        """Choose a language."""
        send(self.context, "/language/", {"language": language, "next": "/health"})

    def open(self, path: str, status: int = 200) -> Any:
        """Open a page and give it; it must answer as expected."""
        answer = self.page.goto(path, wait_until="load")
        assert answer.status == status, f"{path} answered {answer.status}"
        return self.page

    def press(self, selector: str) -> None:
        """Press a button that leads on, and wait for what comes."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.locator(selector).first.click()

    def leave(self) -> None:
        """Leave the window as a new one is, but for the files that every page brings along."""
        self.context.unroute_all()
        self.page.goto("/health")
        self.page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        self.context.clear_cookies()
        self.troubles.clear()


def send(context: Any, path: str, typed: dict[str, str]) -> Any:
    """Send a form as a browser without scripts does."""
    answer = context.request.post(path, form={"csrfmiddlewaretoken": TOKEN, **typed})
    assert answer.status in (200, 204), f"{path} answered {answer.status}: {answer.text()[:300]}"
    return answer
