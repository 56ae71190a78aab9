import json
import subprocess
import sys

import pytest

HEAVY = ("sqlalchemy", "httpx", "zeep", "pyodbc", "jinja2", "xlsxwriter", "starlette", "faker", "pydantic", "lxml", "rich")

LOADED = """
import json, sys
from flexsync_cli.__main__ import main
code = main()
print("\\n" + json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["-h"], []])
def test_what_needs_no_driver_imports_none(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-c", LOADED, *arguments], capture_output=True, text=True, timeout=60, check=True)
    code, modules = json.loads(done.stdout.splitlines()[-1])
    assert code == (0 if arguments else 2)
    assert set(modules).isdisjoint(HEAVY)
    assert "flexsync" in done.stdout + done.stderr
