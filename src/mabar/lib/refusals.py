"""The refusal: a no that a person may read, with a stable code, the facts, and what to do next."""

from typing import ClassVar

from mabar.lib import words


class Refusal(Exception):
    """Base of every refusal.  The name of the subclass is its stable code.

    A subclass names in `package` the package whose `data/refusals.yaml` holds its sentences.
    """

    package: ClassVar[str] = "lib"

    def __init__(self, **details: object) -> None:
        super().__init__(type(self).__name__)
        self.details = details

    @property
    def code(self) -> str:
        """The stable code, the same in every language."""
        return type(self).__name__

    def sentence(self, language: str) -> words.Sentence:
        """Say what happened and what to do, in `language` (ar, fr, en)."""
        return words.sentence(self.package, self.code, language, self.details)

    def __str__(self) -> str:
        said = self.sentence("en")
        return f"{said.what} {said.remedy} [{self.code}]"
