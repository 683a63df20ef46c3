"""The code as the tests of the house read it: each file once, as a tree."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tools.translations import ROOT, SOURCE, packages

GROUND = ("exchange", "base", "lib")
"""The packages that the others stand on; their fronts are wider, because they have no desk of their own to protect."""


@dataclass(frozen=True)
class File:
    """One Python file of the product."""

    path: Path
    tree: ast.Module

    @property
    def package(self) -> str:
        """The package it belongs to."""
        return self.path.relative_to(SOURCE).parts[0] if self.path.parent != SOURCE else ""

    @property
    def name(self) -> str:
        """Its path from the product's folder, as a reader would say it."""
        return str(self.path.relative_to(SOURCE))

    @property
    def role(self) -> str:
        """What kind of file it is: the file or folder right below the package, without its ending."""
        parts = self.path.relative_to(SOURCE).parts
        return Path(parts[1]).stem if len(parts) > 1 else ""


@cache
def files() -> tuple[File, ...]:
    """Read every Python file of the product but migrations."""
    paths = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
    return tuple(File(path, ast.parse(path.read_text(encoding="utf-8"), str(path))) for path in paths)


def files_of(*roles: str) -> list[File]:
    """List the files of the given roles, e.g. `commands`."""
    return [file for file in files() if file.role in roles]


@dataclass(frozen=True)
class Import:
    """That a file imports a module, or a name from it."""

    file: File
    line: int
    module: str
    name: str = ""

    @property
    def target(self) -> str:
        """The module and the name as one dotted path."""
        return f"{self.module}.{self.name}" if self.name else self.module


def imports(file: File) -> Iterator[Import]:
    """List what a file imports, also inside functions."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(file, node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield Import(file, node.lineno, _absolute(file, node), alias.name)


def _absolute(file: File, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = ["mabar", *file.path.relative_to(SOURCE).parts[: -node.level]]
    return ".".join([*parts, *(node.module or "").split(".")]).rstrip(".")


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """List every function of a tree, methods and inner ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def public_functions(file: File) -> list[ast.FunctionDef]:
    """List the functions at the top of a file that others may call."""
    return [node for node in file.tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """List every call in a tree."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def dotted(node: ast.expr) -> str:
    """Write a name as it stands in the code, e.g. `journal.writes`; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def templates() -> list[Path]:
    """List the page templates."""
    return sorted(SOURCE.glob("*/templates/**/*.html"))


def rank(package: str) -> int:
    """How high a package stands; the ground is 0."""
    return packages().index(package)


def source_files() -> list[Path]:
    """List every text file of the project that is written by hand."""
    kinds = {".py", ".html", ".css", ".js", ".yaml", ".toml", ".md", ".po", ".csv", ".sh", ".svg", ".txt"}
    tops = [ROOT / name for name in ("src", "tests", "tools", "bench", "docs", ".ci")]
    found = [path for top in tops for path in top.rglob("*") if path.is_file() and path.suffix in kinds | {""}]
    found += [path for path in ROOT.iterdir() if path.is_file() and (path.suffix in kinds or path.name == "Makefile")]
    return sorted(path for path in found if "vendor" not in path.parts and "__pycache__" not in path.parts)


def assert_none(found: Iterable[str], *, why: str = "") -> None:
    """Fail with every finding on a line of its own, so that one run tells all that must be mended."""
    listed = sorted(set(found))
    assert not listed, "\n".join([why, *listed])
