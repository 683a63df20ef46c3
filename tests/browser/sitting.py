"""Somebody who sits before a screen: signed in through the sign-in page, reading in a language, at a width."""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.browser.node import Person, RunningNode, locked

HEIGHTS = {320: 640, 390: 844, 640: 900, 1366: 768, 1920: 1080}
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Sitting:
    """One browser window of one person, and everything that went wrong in it."""

    node: RunningNode
    context: Any
    page: Any
    person: Person | None
    troubles: list[str] = field(default_factory=list)

    @classmethod
    def begin(
        cls, browser: Any, node: RunningNode, person: Person | None, *, language: str, width: int, **more: Any
    ) -> "Sitting":
        """Open a window, sign in once a run, and choose the language as the page's own buttons do."""
        size = {"width": width, "height": HEIGHTS[width]}
        state = str(_signed_in(browser, node, person)) if person else None
        context = browser.new_context(
            viewport=size, base_url=node.origin, locale="ar", reduced_motion="reduce", storage_state=state, **more
        )
        context.set_default_timeout(15_000)
        sitting = cls(node, context, context.new_page(), person)
        sitting._listen()
        if language:
            sitting.read_in(language)
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

    def read_in(self, language: str) -> None:
        """Choose a language."""
        send(
            self.context,
            "/language/",
            {"language": language, "next": "/health"},
            form_at="/sign-in/password/" if self.person else "/sign-in/",
        )

    def open(self, path: str, status: int = 200) -> Any:
        """Open a page and give it; it must answer as expected."""
        answer = self.page.goto(path, wait_until="load")
        assert answer.status == status, f"{path} answered {answer.status}"
        return self.page

    def press(self, selector: str) -> None:
        """Press a button that leads on, and wait for what comes."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.locator(selector).first.click()

    def end(self) -> None:
        """Close the window."""
        self.context.close()


def send(context: Any, path: str, typed: dict[str, str], *, form_at: str = "") -> Any:
    """Send a form as a browser without scripts does: with the token that stands in the page."""
    page = context.request.get(form_at or path)
    token = TOKEN.search(page.text())
    assert token, f"no form at {form_at or path}: {page.status}"
    answer = context.request.post(
        path,
        form={"csrfmiddlewaretoken": token[1], **typed},
        headers={"Referer": page.url, "Origin": _origin(page.url)},
    )
    assert answer.status in (200, 204), f"{path} answered {answer.status}: {answer.text()[:300]}"
    return answer


def _origin(url: str) -> str:
    return "/".join(url.split("/")[:3])


def _signed_in(browser: Any, node: RunningNode, person: Person) -> Any:
    """Give the file with a person's session, made once a run: one-time password, own password, signed in again."""
    file = node.folder.parent / f"{person.key}.session.json"
    with locked(node.folder.parent, f"{person.key}.lock"):
        if not file.is_file():
            context = browser.new_context(base_url=node.origin)
            own, told = person.own_password, person.one_time_password
            send(context, "/sign-in/", {"login": person.key, "password": told})
            send(context, "/sign-in/password/", {"oldpassword": told, "password1": own, "password2": own})
            send(context, "/sign-in/", {"login": person.key, "password": own})
            context.storage_state(path=str(file))
            context.close()
    return file
