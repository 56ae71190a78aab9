"""A pytest plugin for one mutant's tests: the mutated module's own ones first, properties last, and no search for the smallest
example of a failure. Which mutants die stays the same, only sooner; and the same ones each time."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "mutation",
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),  # a process runs the same tests more than once
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort them; the rest keep their order."""
    module = os.environ.get("MUTANT_UNDER_TEST", "").partition(".x")[0].rpartition(".")[2]
    items.sort(key=lambda item: (hasattr(getattr(item, "obj", None), "hypothesis"), f"test_{module}" not in item.nodeid))
