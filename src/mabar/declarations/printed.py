"""The papers of a declaration by name, for the page that asks for one and the task that makes it."""

from collections.abc import Callable, Mapping

from mabar.declarations import labels, papers, release_orders

DECLARATION = "declaration"
PAPERS: Mapping[str, Callable[..., tuple[bytes, str]]] = {
    DECLARATION: papers.paper_of,
    release_orders.KIND: release_orders.paper_of,
    labels.KIND: labels.paper_of,
}
