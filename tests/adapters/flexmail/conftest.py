from collections.abc import Iterator

import pytest

from tests.adapters.flexmail.fakes import Bench


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    with bench.door:
        yield bench
