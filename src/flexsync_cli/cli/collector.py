"""How often Python looks for garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# What a run reads of 100,000 relations stays until its end. To look through it for garbage as often as Python does by itself
# would take as long as reading it.
_SELDOM = (1_000_000, 20, 50)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look seldom meanwhile."""
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
