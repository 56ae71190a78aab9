"""Whatever stands in config.toml: it is read, or every problem is told with its key and without its value."""

import time
import tomllib
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import tomli_w
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flexsync_cli.config.load import load
from flexsync_cli.config.secrets import Secret, resolve
from flexsync_cli.errors import Misconfigured
from tests.config.documents import SMALLEST
from tests.fuzz import EXAMPLES

SECONDS = 15.0  # of which a machine without other work needs one
CANARY = "kanarie-4f1c9a"
VALUES = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.sampled_from(
        ["", CANARY, "\x00", "1h", "9" * 400, "99999999999d", "nl", "a@b", "http://[", "D-1", "%", "{x}", "é" * 300]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["env", "file", "plain", "odd"]), inner, max_size=3)
    ),
    max_leaves=4,
)
SECTIONS = ["state", "admin", "admin.relations", "admin.newsletter", "admin.interests", "admin.communications", "fields"]
SECTIONS += ["languages", "flexmail", "sync", "interests", "opt_in.values", "clicks", "bounces", "guard", "summary", "smtp"]
SECTIONS += ["log", "legacy", "monitor", "unheard"]
KEYS = [
    "path",
    "connection",
    "password",
    "table",
    "id",
    "name",
    "values",
    "account_id",
    "token",
    "soap_token",
    "source",
    "language",
]
KEYS += ["calls_per_minute", "calls_per_month", "rest_url", "soap_url", "mode", "interval", "interests", "opt_in", "crm_types"]
KEYS += ["reconcile", "on_leave", "window", "scanners", "notify", "untick", "percent", "count", "to", "when", "include", "host"]
KEYS += ["port", "security", "username", "sender", "file", "format", "ignore", "ping", "column", "from", "key", "label", "N"]


def read(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "config.toml"
        path.write_bytes(content)
        problems = problems_of(path)
    assert all(problem.startswith("config.toml") for problem in problems), problems
    assert CANARY not in "".join(problems)


def problems_of(path: Path) -> tuple[str, ...]:
    try:
        repr(load(path))
    except Misconfigured as error:
        return error.problems
    return ()


@settings(max_examples=4 * EXAMPLES)
@given(changes=st.lists(st.tuples(st.sampled_from(SECTIONS), st.sampled_from(KEYS), VALUES), min_size=1, max_size=3))
def test_odd_values(changes: list[tuple[str, str, Any]]) -> None:
    document: dict[str, Any] = tomllib.loads(SMALLEST)
    for section, key, value in changes:
        target = document
        for part in section.split("."):
            inner = target.get(part)
            target = target.setdefault(part, {}) if inner is None or isinstance(inner, dict) else {}
        target[key] = value
    read(tomli_w.dumps(document).encode())


@settings(max_examples=EXAMPLES)
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
@example(b"\xff\xfe[\x00")
@example(b"[" * 5_000)
@example(b"a = " + b"[" * 5_000)
@example(b"a." * 2_000 + b"b = 1")
@example(b"a." * 100_000 + b"b = 1")
@example(b"[" + b"a." * 100_000 + b"b]")
@example(b"[flexmail]\naccount_id = " + b"9" * 5_000)
def test_what_is_no_configuration(content: bytes) -> None:
    read(content)


KEYS_WITHOUT_END = (f"key{number} = 1\n" for number in range(500_000))
TABLES_WITHOUT_END = (f"[table{number}]\n" for number in range(500_000))


@pytest.mark.parametrize("parts", [KEYS_WITHOUT_END, TABLES_WITHOUT_END, ["long = '", "x" * 10_000_000, "'"]], ids=range(3))
def test_ten_million_characters_are_no_configuration(parts: Iterable[str]) -> None:
    """Each unknown key is compared with all that are known, and told."""
    began = time.monotonic()
    read("".join(parts).encode())
    assert time.monotonic() - began < SECONDS


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="Windows has no file without an end")
def test_a_file_without_an_end() -> None:
    assert "larger than" in "".join(problems_of(Path("/dev/zero")))
    with pytest.raises(Misconfigured):
        resolve(Secret(file="/dev/zero"), Path(), {})
