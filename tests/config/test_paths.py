from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from sqlalchemy.engine import make_url

from flexsync_cli.config.load import load
from flexsync_cli.config.model import absolute_connection
from tests.config.documents import SMALLEST

POSIX = PurePosixPath("/srv/flex sync")
WINDOWS = PureWindowsPath("C:\\Flex sync")


@pytest.mark.parametrize(
    ("folder", "written", "file"),
    [
        (POSIX, "sqlite:///admin.db", "/srv/flex sync/admin.db"),
        (POSIX, "sqlite+pysqlite:///sub/admin.db", "/srv/flex sync/sub/admin.db"),
        (POSIX, "sqlite:////var/admin.db", "/var/admin.db"),
        (WINDOWS, "sqlite:///admin.db", "C:\\Flex sync\\admin.db"),
        (WINDOWS, "sqlite:///D:/data/admin.db", "D:\\data\\admin.db"),
        (WINDOWS, r"sqlite:///D:\data\admin.db", "D:\\data\\admin.db"),
        (WINDOWS, r"sqlite:///data\admin.db?timeout=5", "C:\\Flex sync\\data\\admin.db"),
    ],
)
def test_sqlite_addresses_become_absolute(folder: PurePosixPath | PureWindowsPath, written: str, file: str) -> None:
    url = make_url(absolute_connection(written, folder))
    assert url.database == file
    assert dict(url.query) == ({"timeout": "5"} if "?" in written else {})


@pytest.mark.parametrize(
    "written",
    [
        "Driver={ODBC Driver 18 for SQL Server};Server=SQL01;Database=Admin;Trusted_Connection=yes",
        "mssql+pyodbc://SQL01/Admin?driver=ODBC+Driver+18+for+SQL+Server",
        "sqlite:///file:admin.db?mode=ro&uri=true",
    ],
)
def test_other_connections_stay_as_written(written: str) -> None:
    assert absolute_connection(written, POSIX) == written


def test_a_link_to_a_file_counts_where_it_lies_not_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "config.toml").write_text(SMALLEST)
    link = tmp_path / "config.toml"
    link.symlink_to(tmp_path / "real" / "config.toml")
    assert load(link).state_path == tmp_path / "state.db"
