"""The no of the protocol: a code that every node knows, and facts; the reader's node has the sentence."""

from typing import TypeAlias

Fact: TypeAlias = int | str


class Refused(Exception):
    """Something that a partner sent, or would be sent, is not taken.  `code` is one of docs/wire/mx1.md."""

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts: dict[str, Fact] = facts

    def __str__(self) -> str:
        said = ", ".join(f"{name}: {value}" for name, value in self.facts.items())
        return f"{self.code} ({said})" if said else self.code
