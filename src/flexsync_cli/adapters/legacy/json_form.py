"""Settings as JSON: nested objects, or a list of objects with a name and a value each."""

import json
import re
from collections.abc import Iterator, Mapping

from flexsync_cli.adapters.legacy.pairs import pair_keys
from flexsync_cli.domain.legacy import Setting
from flexsync_cli.errors import Misconfigured

# What .NET's own files may hold beside JSON: comments, and a comma after the last. What is never closed goes to the end, or it
# would be looked for again from each place within.
_STRING = r'("(?:[^"\\]|\\.)*+"?)'
_STRINGS_AND_COMMENTS = re.compile(rf"{_STRING}|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_STRINGS_AND_LAST_COMMAS = re.compile(rf"{_STRING}|,(?=\s*[}}\]])", re.DOTALL)
_BEGINS = re.compile(r'\{|\[\s*[\[{"\]]|//|/\*')


def is_json(text: str) -> bool:
    """Whether it begins as JSON does; "[section]" is INI."""
    return bool(_BEGINS.match(text))


def read_json(text: str) -> list[Setting]:
    """All single values with the names that lead to them. Raises Misconfigured."""
    try:
        # Numbers as they are written: one of thousands of digits is not worth counting.
        document = json.loads(_plain_json(text), parse_int=str, parse_float=str, parse_constant=str)
        return list(_walk((), document))
    except json.JSONDecodeError as error:
        problem = f"not valid JSON at line {error.lineno}, column {error.colno}"
    except RecursionError:
        problem = "nested too deeply"
    raise Misconfigured(problem)


def _plain_json(text: str) -> str:
    """Without comments and last commas; every line and column stays where it was."""
    for pattern in (_STRINGS_AND_COMMENTS, _STRINGS_AND_LAST_COMMAS):
        text = pattern.sub(lambda found: found[1] or re.sub(r"[^\n]", " ", found[0]), text)
    return text


def _walk(path: tuple[str, ...], value: object) -> Iterator[Setting]:
    if isinstance(value, dict):
        yield from _of_object(path, value)
    elif isinstance(value, list):
        if value and all(isinstance(each, str) for each in value) and not any(";" in each for each in value):
            yield Setting(path, ";".join(value))
        else:
            for number, each in enumerate(value, start=1):
                yield from _walk((*path, str(number)), each)
    elif isinstance(value, bool):
        yield Setting(path, "true" if value else "false")
    else:
        yield Setting(path, "" if value is None else str(value))


def _of_object(path: tuple[str, ...], value: Mapping[str, object]) -> Iterator[Setting]:
    pair = pair_keys(value)
    name = value[pair[0]] if pair else None
    if pair and isinstance(name, str):
        above = path[:-1] if path and path[-1].isdecimal() else path
        yield from _walk((*above, name), value[pair[1]])
    for key, each in value.items():
        if not (isinstance(name, str) and pair and key in pair):
            yield from _walk((*path, key), each)
