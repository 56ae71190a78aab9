"""Writing a configuration: each value with a comment that says what it is, and never half a file."""

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import tomli_w

from flexsync_cli.config.load import parse, validate
from flexsync_cli.config.notes import FREE, KEYS, TABLES
from flexsync_cli.config.problems import dotted
from flexsync_cli.domain.text import one_line
from flexsync_cli.errors import Misconfigured

_COLUMN = 52  # where the comments begin
_LONGEST = 4_000
_PLACES = {path: number for number, path in enumerate(KEYS)}


def render(document: Mapping[str, Mapping[str, object]], head: Sequence[str] = (), tail: Sequence[str] = ()) -> str:
    """The file's text. `document` has tables by their dotted names; `head` and `tail` become comments of their own.

    A required key that is missing stands there as a comment that says so.
    """
    known = [name for name in TABLES if name in document]
    others = [name for name in document if name not in TABLES]
    lines = [_comment(line) for line in head]
    for name in (*known, *others):
        lines += ["", *_table(name, document[name])]
    if tail:
        lines += ["", *(_comment(line) for line in tail)]
    return "\n".join(lines).lstrip("\n") + "\n"


def problems_of(text: str, name: str) -> tuple[str, ...]:
    """What is wrong with a file's text, each as "path: what", before it is written."""
    try:
        validate(parse(text, name), name)
    except Misconfigured as error:
        return tuple(problem.removeprefix(f"{name}: ") for problem in error.problems)
    return ()


def write(path: Path, text: str, *, overwrite: bool, now: datetime) -> Path | None:
    """Write the file, readable for its owner only; the path of the old one where there was one. Raises Misconfigured.

    Nothing stands at `path` but the old file or the whole of the new one, whatever happens.
    """
    if path.exists() and not overwrite:
        raise Misconfigured(f"{path} is there already; give another --output, or --overwrite, which keeps the old one too")
    with _told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # owner-only
        fresh = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            kept = _keep(path, now)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
    return kept


def _keep(path: Path, now: datetime) -> Path | None:
    """A copy of the old file beside it, under a name that is free."""
    if not path.exists():
        return None
    content = path.read_bytes()
    kept = path.with_name(f"{path.name}.bak-{now:%Y%m%d-%H%M%S}")
    for number in range(2, 1000):
        if not kept.exists():
            break
        kept = path.with_name(f"{path.name}.bak-{now:%Y%m%d-%H%M%S}-{number}")
    handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
    return kept


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Misconfigured(f"can't write {path}: {error.strerror}; choose another place with --output") from None


def _table(name: str, values: Mapping[str, object]) -> Iterator[str]:
    heading = f"[{dotted(name.split('.'))}]"
    yield _beside(heading, TABLES.get(name, ""))
    for key, value in sorted(values.items(), key=lambda item: _place(f"{name}.{item[0]}")):
        path = name if name in FREE else f"{name}.{key}"
        note = KEYS.get(path, "")
        if value is None:
            yield _beside(f"# {key} = ...", f"MISSING, fill it in: {note}")
        else:
            yield _beside(f"{_key(key)} = {_value(value)}", note)


def _place(path: str) -> int:
    """Keys that have a note come in the order of the notes, the others after them as they are."""
    return _PLACES.get(path, len(_PLACES))


def _beside(text: str, note: str) -> str:
    return f"{text.ljust(_COLUMN - 2)}  # {note}" if note else text


def _key(key: str) -> str:
    return tomli_w.dumps({key: 0}).removesuffix(" = 0\n")


def _value(value: object) -> str:
    """A value on one line: tomli-w spreads lists and tables."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(str(key))} = {_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return tomli_w.dumps({"value": value}).removeprefix("value = ").rstrip("\n")


def _comment(text: str) -> str:
    return f"# {one_line(text, _LONGEST)}".rstrip()
