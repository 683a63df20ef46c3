"""The law of the ledger, by Hypothesis: two offices, acts in any order, news that come late, in pieces and twice.

Never below zero; what is left is the sum of the entries; what is left, lent and drawn is the amount; and once all news
are heard, both offices say the same.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from mabar.transit.rules import guarantees, refusals
