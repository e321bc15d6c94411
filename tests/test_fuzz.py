"""Whatever comes from outside, the readers of it end well. Some seconds of each target; bench/fuzz.py runs them for long."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fuzzing import targets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize(("strategy", "law"), [pytest.param(s, f, id=name) for name, s, f in targets()])
def test_nothing_from_outside_breaks_its_reader(strategy: st.SearchStrategy[Any], law: Callable[[Any], None]) -> None:
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    given(strategy)(settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=checks)(law))()
