import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from flexsync_cli.config.keys import all_keys
from flexsync_cli.config.load import load
from flexsync_cli.config.model import Configuration

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def with_everything() -> str:
    """The example with all that is commented out put into force."""
    return re.sub(r"^# (?=\[[\w.]+\]|\w+ = )", "", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Configuration:
    path = tmp_path_factory.mktemp("example") / "config.toml"
    path.write_text(with_everything(), encoding="utf-8")
    return load(path)


def written() -> Iterator[tuple[str, bool]]:
    """Every key that the example shows, in its order, and whether its comment calls it required or an example."""
    table = ""
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"(?:# )?\[([\w.]+)\]", line):
            table = heading[1]
        elif assignment := re.match(r"(?:# )?(\w+) = ", line):
            free = table in {"fields", "languages", "opt_in.values"}
            yield table if free else f"{table}.{assignment[1]}", bool(re.search(r"# (required|example)", line))


def test_it_loads_as_it_stands_and_warns_of_nothing() -> None:
    assert load(EXAMPLE).warnings == ()


def test_it_loads_with_all_that_is_commented_out(whole: Configuration) -> None:
    assert whole.warnings == ()
    assert whole.smtp is not None
    assert whole.admin.communications is not None


def test_it_shows_every_key_in_the_order_of_the_model() -> None:
    assert list(dict(written())) == [key for key, _ in all_keys(Configuration)]


def test_what_it_shows_is_the_default_unless_it_says_otherwise(whole: Configuration) -> None:
    marked = dict(written())
    for key, field in all_keys(Configuration):
        value: object = whole
        for part in key.split("."):
            value = getattr(value, part)
        default = field.get_default(call_default_factory=True)
        assert marked[key] or value == default, key
        assert marked[key] or not field.is_required(), key
        assert not marked[key] or value != default, f"{key} is called an example, but is the default"


def test_every_key_has_a_comment() -> None:
    lines = [line for line in with_everything().splitlines() if re.match(r"\w+ = ", line)]
    bare = [line for line in lines if not re.search(r"  ?# \S", line)]
    assert [line for line in bare if line not in {'N = "nl"', 'F = "fr"'}] == []


def test_the_smaller_form_is_the_larger_one_without_the_optional() -> None:
    assert set(tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))) <= set(tomllib.loads(with_everything()))
