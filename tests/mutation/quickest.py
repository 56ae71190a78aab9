"""A pytest plugin for one mutant's tests: the mutated module's own ones first, the services' late, properties last, with fewer
examples and no search for the smallest one that fails. The same mutants die each time, only sooner."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "mutation",
    deadline=None,
    database=None,
    derandomize=True,
    max_examples=40,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),  # a process runs the same tests more than once
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort them, without those that measure time, which mutated code takes more of; the rest keep their order."""
    module = os.environ.get("MUTANT_UNDER_TEST", "").partition(".x")[0].rpartition(".")[2]
    items[:] = sorted((item for item in items if not _measures_time(item)), key=lambda item: _turn(item, module))


def _turn(item: pytest.Item, module: str) -> tuple[bool, bool, bool]:
    return hasattr(getattr(item, "obj", None), "hypothesis"), f"test_{module}" not in item.nodeid, "/services/" in item.nodeid


def _measures_time(item: pytest.Item) -> bool:
    code = getattr(getattr(item, "obj", None), "__code__", None)
    return code is not None and "process_time" in code.co_names
