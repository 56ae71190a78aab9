from collections.abc import Iterator

import pytest

from tests.interop.php_server import PhpServer, serving


@pytest.fixture(scope="session")
def php_server(php: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhpServer]:
    with serving(php, tmp_path_factory.mktemp("php")) as server:
        yield server
