"""Write the vectors of MX/1 (docs/wire/mx1.md, section 11): `python -m tools.vectors`.

Each group is a file of `tests/vectors/`.  A module of `tools/vector_groups/`, named in `MODULES`, makes one or more
groups and puts them into `GROUPS` by `group(name, about, function)`; the function gives the vectors in their order.
"""

import importlib
import json
from pathlib import Path

from tools.vector_groups import GROUPS, KEPT, Vector, kept

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "vectors"
MODULES = ("encodings", "signatures", "items", "logs", "batches", "envelopes", "descriptors", "evidence")


def written() -> dict[str, str]:
    """Give the text of each file by its name in `tests/vectors/`.

    Raises:
        ValueError: two vectors of a group have one name, or one that is refused has no code.
    """
    for module in MODULES:
        importlib.import_module(f"tools.vector_groups.{module}")
    texts = {}
    for name, (about, function) in GROUPS.items():
        vectors = list(function())
        _require_sound(name, vectors)
        texts[f"{name}.json"] = _text({"group": name, "about": about, "vectors": vectors})
    return texts


def _require_sound(group: str, vectors: list[Vector]) -> None:
    names = [vector["name"] for vector in vectors]
    if len(set(names)) != len(names):
        raise ValueError(f"{group}: two vectors of one name")
    for vector in vectors:
        if vector["good"] == bool(vector["code"]):
            raise ValueError(f"{group}: {vector['name']} is good and refused, or neither")


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Write every group, and what was drawn by chance for them, so that it is not drawn again."""
    for name, text in written().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"{name}: {len(json.loads(text)['vectors'])}")
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(_text(kept()), encoding="utf-8")


if __name__ == "__main__":
    main()
