"""The office of the scenarios, for odd input."""

from tests.scenarios.conftest import world

__all__ = ["world"]
