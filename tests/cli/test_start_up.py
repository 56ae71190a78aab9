"""A command that needs no driver imports none: it would be waited for."""

import subprocess
import sys
from pathlib import Path

import pytest

DRIVERS = {"zeep", "pyodbc", "httpx", "jinja2", "xlsxwriter", "lxml", "smtplib", "sqlalchemy.dialects.mssql"}
TOOLS = DRIVERS | {"sqlalchemy", "pydantic", "rich", "email_validator", "filelock", "msgspec"}

CONFIG = """
[admin]
connection = "sqlite:///admin.db"
[flexmail]
account_id = 1
token = "t"
soap_token = "s"
source = "Admin"
"""


def imported(*arguments: str) -> set[str]:
    """The modules that a command has imported when it is done."""
    code = (
        "import sys; from flexsync_cli import __main__ as process\n"
        f"sys.argv = ['flexsync', *{list(arguments)!r}]\n"
        "assert process.main() == 0; print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_import_neither_drivers_nor_tools(option: str) -> None:
    assert imported(option) & TOOLS == set()


def test_status_imports_no_driver(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(CONFIG)
    config.chmod(0o600)
    assert imported("-q", "--config", str(config), "status") & DRIVERS == set()
