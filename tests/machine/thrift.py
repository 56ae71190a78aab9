"""Spares what costs time in a process that plays thousands of runs, and proves nothing."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Dialect, Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

_STATEMENTS = 2_000
_NEW_OBJECTS = 50_000  # so many before Python looks for garbage


@contextmanager
def thrifty() -> Iterator[None]:
    """All engines share what SQLAlchemy made of each statement, as one long run keeps it; garbage is looked for seldom."""
    dialects: dict[type[Dialect], Dialect] = {}
    compiled: LRUCache[Any, Any] = LRUCache(_STATEMENTS)

    def share(_cls: type[Dialect], engine: Engine) -> None:
        engine.dialect = dialects.setdefault(type(engine.dialect), engine.dialect)
        engine._compiled_cache = compiled  # there is no public way

    gc.collect()
    gc.freeze()
    before = gc.get_threshold()
    gc.set_threshold(_NEW_OBJECTS, *before[1:])
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(DefaultDialect, "engine_created", classmethod(share))
            yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
