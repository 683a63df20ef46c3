"""What is told of a run."""

import json
from dataclasses import asdict, dataclass, field, replace

from mabar.exchange.simulation import checker


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    seed: int | str
    findings: checker.Findings
    faults: dict[str, int]
    crash_points_hit: dict[str, int]
    crash_points_passed: dict[str, int]
    bodies: int
    virtual_s: int
    settled_after_s: int | None  # from the end of the last fault, to the next look; None when the bound passed first
    trace: str
    told: dict[str, int] = field(default_factory=dict)  # what the layer of the nodes has counted
    bundles: tuple[bytes, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost, doubled, disordered, left open, false or wrongly accused."""
        return self.findings.is_clean

    def as_json(self) -> str:
        """Write it for people and programs."""
        return json.dumps(asdict(replace(self, bundles=())), sort_keys=True)
