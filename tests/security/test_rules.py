import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src"


@pytest.mark.skipif(find_spec("ruff") is None, reason="needs ruff")
def test_the_code_passes_ruffs_security_rules() -> None:
    command = (sys.executable, "-m", "ruff", "check", "--no-cache", "--select", "S", str(SRC))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
