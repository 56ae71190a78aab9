"""Finding and reading the configuration. Misconfigured has every problem at once, each with its path, never with a value."""

import codecs
import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import platformdirs
from pydantic import ValidationError

from flexsync_cli.config.checks import contradictions, plain_secrets, warnings
from flexsync_cli.config.model import Configuration
from flexsync_cli.config.problems import describe
from flexsync_cli.config.syntax import told
from flexsync_cli.errors import Misconfigured

NAME = "config.toml"
VARIABLE = "FLEXSYNC_CONFIG"
MOST_BYTES = 200_000
LONGEST_LINE = 10_000
_WAY_OUT = "make one with: flexsync init, or from config.example.toml"


def platform_folders() -> tuple[Path, ...]:
    """Where this system keeps configuration: the user's own, then everybody's."""
    return (
        platformdirs.user_config_path("flexsync", appauthor=False),
        platformdirs.site_config_path("flexsync", appauthor=False),
    )


def find(
    option: Path | None,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    folders: Sequence[Path] | None = None,
) -> Path:
    """The configuration to use: `--config`, else FLEXSYNC_CONFIG, else config.toml here or in the system's folders."""
    cwd = cwd or Path.cwd()
    given = named(option, environ, cwd)
    if given is not None:
        return given
    places = [folder / NAME for folder in (cwd, *(platform_folders() if folders is None else folders))]
    found = next((place for place in places if _is_there(place)), None)
    if found is None:
        looked = ", ".join(str(place) for place in places)
        raise Misconfigured(
            f"no configuration: neither --config nor {VARIABLE} is given, and there is none of {looked}; {_WAY_OUT}"
        )
    return found


def named(option: Path | None, environ: Mapping[str, str] | None = None, cwd: Path | None = None) -> Path | None:
    """The configuration that is given, by `--config` or FLEXSYNC_CONFIG; None where it is to be found without."""
    given = option or (environ if environ is not None else os.environ).get(VARIABLE)
    return (cwd or Path.cwd()) / given if given else None


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def load(path: Path) -> Configuration:
    """Read and check a configuration. Secrets are not fetched yet."""
    document = parse(_read(path), path.name)
    configuration = validate(document, path.name)
    noticed = [f"{path.name}: {warning}" for warning in (*warnings(configuration), *_open_to_others(path, configuration))]
    return configuration.read_from(path, tuple(noticed))


def validate(document: dict[str, object], name: str = NAME) -> Configuration:
    """A parsed document as a configuration that knows no place yet; `name` is what messages call it."""
    # A required table that is missing is told by its required keys.
    document = {"admin": {}, "flexmail": {}} | document
    problems: list[str] = []
    try:
        configuration = Configuration.model_validate(document)
        problems = contradictions(configuration)
    except ValidationError as error:
        problems = describe(error, document)
    if problems:
        raise Misconfigured([f"{name}: {problem}" for problem in problems])
    return configuration


def parse(text: str, name: str = NAME) -> dict[str, object]:
    """TOML as a document; a mistake is told by its place and kind, without what stands there."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem = told(error, text)
    except (ValueError, RecursionError):  # a number of thousands of digits, a thousand brackets
        problem = "a value is too long, or nested too deeply"
    raise Misconfigured(f"{name}: {problem}")


def _read(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        problem = f"there is no {path}; {_WAY_OUT}"
    except OSError as error:
        problem = f"can't read {path}: {error.strerror}"
    else:
        return _decoded(raw, path.name)
    raise Misconfigured(problem)


def _decoded(raw: bytes, name: str) -> str:
    _refuse_what_takes_for_ever(raw, name)
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in raw:
        raise Misconfigured(f"{name}: is saved as UTF-16; save it as UTF-8 (in Notepad: Save as, Encoding)")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
    raise Misconfigured(
        f"{name}: line {line}: a character that is not UTF-8; save the file as UTF-8 (in Notepad: Save as, Encoding)"
    )


def _refuse_what_takes_for_ever(raw: bytes, name: str) -> None:
    """A key of many dots takes memory by the square of its length, and each unknown key a search of its own."""
    if len(raw) > MOST_BYTES:
        raise Misconfigured(f"{name}: is larger than {MOST_BYTES // 1000} KB, so it is no configuration of flexsync")
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if len(line) > LONGEST_LINE:
            raise Misconfigured(f"{name}: line {number}: is longer than {LONGEST_LINE} characters; make several of it")


def _open_to_others(path: Path, configuration: Configuration) -> list[str]:
    # Windows' permissions are not in the mode.
    if os.name == "nt" or not path.stat().st_mode & 0o077 or not plain_secrets(configuration):
        return []
    return [f"holds secrets that others on this machine can read; run: chmod 600 {path}"]
