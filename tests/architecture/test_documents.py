"""What the documents say is so: links lead somewhere, commands exist, pictures are as new as their tables."""

import re
import tomllib
from pathlib import Path

import pytest

from mabar.base import rules
from mabar.site.cli import COMMANDS
from tests.architecture.code import ROOT, assert_none
from tools import desk_words, state_diagrams

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
EVERY_PAGE = [pytest.param(page, id=str(page.relative_to(ROOT))) for page in PAGES]
PROMISED = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "LICENSE")
PROMISED += ("docs/architecture.md", "docs/glossary.md", "docs/operate.md", "docs/states.md", ".ci/run", "Makefile")


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PROMISED)
def test_what_a_reader_is_promised_is_there(name: str) -> None:
    assert len(_text(name)) > 500


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_every_link_of_a_document_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    near = [link for link in links if not link.startswith(("http://", "https://", "mailto:"))]
    assert_none(link for link in near if not (page.parent / link).exists())


def test_the_states_are_drawn_from_the_rules_of_today() -> None:
    assert _text("docs/states.md") == state_diagrams.page(), "make diagrams"


def test_the_layers_are_drawn_as_they_are_enforced() -> None:
    contract = tomllib.loads(_text("pyproject.toml"))["tool"]["importlinter"]["contracts"][0]
    enforced = [re.findall(r"\w+", layer) for layer in contract["layers"]]
    chapter = _text("docs/architecture.md").split("## 5.")[1].split("```")[1]
    drawn = [re.findall(r"\w+", re.split(r"\s{2,}", line)[0]) for line in chapter.strip().splitlines()]
    assert drawn == enforced


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_every_command_that_a_document_names_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    told = set(re.findall(r"(?:^|`|bin/)mabar ([a-z-]+)", text, flags=re.MULTILINE))
    assert_none(f"mabar {name}" for name in told - set(COMMANDS))
    targets = set(re.findall(r"^([a-z]+):", _text("Makefile"), flags=re.MULTILINE))
    made = set(re.findall(r"`make ([a-z]+)`", text)) | set(re.findall(r"^make ([a-z]+)", text, flags=re.MULTILINE))
    assert_none(f"make {name}" for name in made - targets)


def test_every_target_of_the_makefile_says_what_it_does() -> None:
    told = _text("Makefile")
    phony = told.split(".PHONY:")[1].splitlines()[0].split()
    assert_none(name for name in phony if not re.search(rf"^{name}:.*## \w", told, flags=re.MULTILINE))


def test_every_file_that_the_makefile_calls_is_there() -> None:
    called = re.findall(r"tools/\w+(?:\.py)?", _text("Makefile"))
    assert_none(name for name in called if not (ROOT / name).exists())
    assert not re.search(r"-m bench\b", _text("Makefile")) or (ROOT / "bench" / "__main__.py").is_file()


def test_decisions_are_numbered_once_and_dated() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [record.name[:4] for record in records]
    assert numbers == [f"{number:04}" for number in range(len(records))]
    for record in records[1:]:
        text = record.read_text(encoding="utf-8")
        assert text.startswith(f"# {record.name[:4]}: "), record.name
        assert re.search(r"^Date: 20\d\d-\d\d-\d\d\. State: ", text, flags=re.MULTILINE), record.name


def test_the_readme_sets_everything_up_with_two_commands() -> None:
    block = _text("README.md").split("## Two commands")[1].split("```")[1]
    assert [line.split("#")[0].strip() for line in block.strip().splitlines()] == ["make demo", "make test"]


@pytest.mark.parametrize("guide", sorted((ROOT / "docs" / "desks").glob("*.md")), ids=lambda path: path.stem)
def test_a_guide_of_a_desk_speaks_the_three_languages(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    assert re.search(r"[\u0600-\u06ff]{3}", text)
    assert "## العربية" in text
    assert "## Français" in text


def test_every_post_has_its_guide_and_one_only() -> None:
    covered = [post for guide in (ROOT / "docs" / "desks").glob("*.md") for post in desk_words.posts_of(_read(guide))]
    assert sorted(covered) == sorted(rules.posts())


def test_every_guide_uses_the_words_of_the_screens() -> None:
    assert_none(
        f"{guide.name}: make diagrams"
        for guide in (ROOT / "docs" / "desks").glob("*.md")
        if desk_words.printed(_read(guide)) != _read(guide)
    )


def _read(guide: Path) -> str:
    return guide.read_text(encoding="utf-8")
