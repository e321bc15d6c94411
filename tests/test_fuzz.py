"""Whatever comes from outside, the readers of it end well. Some seconds of each target; bench/fuzz.py runs them for long."""

from __future__ import annotations

import pytest
from fuzzing import Target, targets
from hypothesis import HealthCheck, given, settings

from tests.conftest import tried


@pytest.mark.hypothesis
@pytest.mark.parametrize("target", [pytest.param(target, id=target.name) for target in targets()])
def test_nothing_from_outside_breaks_its_reader(target: Target) -> None:
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    given(target.strategy)(settings(tried(60), suppress_health_check=checks)(target.law))()


@pytest.mark.parametrize("target", [pytest.param(target, id=target.name) for target in targets() if target.raw])
def test_the_seeds_of_the_guided_fuzzer_are_read(target: Target) -> None:
    assert target.raw
    for seed in target.seeds:
        target.law(target.raw(seed))
