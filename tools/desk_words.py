"""Print into each desk's guide the acts of its posts, in the words that its screens use.

A guide marks the place: `<!-- acts of: gate_officer, weigh_officer -->` begins it, `<!-- end -->` ends it.
"""

import re
import sys
from pathlib import Path

from mabar.base import rules
from mabar.lib import words

DESKS = Path(__file__).resolve().parent.parent / "docs" / "desks"
PLACE = re.compile(r"(<!-- acts of: ([\w, ]+) -->\n).*?(<!-- end -->)", flags=re.DOTALL)
HEAD = "| العربية | français | English | verb |\n|---|---|---|---|\n"


def printed(text: str) -> str:
    """Give a guide's text with the words of today."""
    return PLACE.sub(lambda found: f"{found[1]}{_table(posts_of(found[0]))}{found[3]}", text)


def posts_of(text: str) -> list[str]:
    """List the posts whose acts a guide prints."""
    return [post for found in PLACE.finditer(text) for post in re.split(r",\s*", found[2].strip())]


def _table(posts: list[str]) -> str:
    named = [
        " · ".join(words.word("base", f"post.{post}", language) for post in posts) for language in ("ar", "fr", "en")
    ]
    verbs = dict.fromkeys(verb for post in posts for verb in rules.verbs_of(post))
    rows = [_row(verb) for verb in verbs]
    return f"\n**{named[0]}** — **{named[1]}** — **{named[2]}**\n\n{HEAD}{''.join(rows)}\n"


def _row(verb: str) -> str:
    said = [words.word(verb.split(".")[0], f"verb.{verb}", language) for language in words.LANGUAGES]
    return f"| {' | '.join(said)} | `{verb}` |\n"


def main(arguments: list[str]) -> int:
    """Print every guide, or with --check only say which are older than the words."""
    old = [guide for guide in sorted(DESKS.glob("*.md")) if printed(_read(guide)) != _read(guide)]
    if arguments == ["--check"]:
        print(
            "\n".join(f"{guide.name} is older than the words: make diagrams" for guide in old) or "guides are current"
        )
        return int(bool(old))
    for guide in old:
        guide.write_text(printed(_read(guide)), encoding="utf-8")
    return 0


def _read(guide: Path) -> str:
    return guide.read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
