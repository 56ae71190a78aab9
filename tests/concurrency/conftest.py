"""The office of the scenarios, and its clock."""

from tests.scenarios.conftest import clock, world

__all__ = ["clock", "world"]
