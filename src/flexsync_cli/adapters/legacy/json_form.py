"""Settings as JSON: nested objects, or a list of objects with a name and a value each."""

import json
from collections.abc import Iterator, Mapping

from flexsync_cli.adapters.legacy.pairs import named_pair
from flexsync_cli.domain.legacy import Setting
from flexsync_cli.errors import Misconfigured


def read_json(text: str) -> list[Setting]:
    """All single values with the names that lead to them. Raises Misconfigured."""
    try:
        # Numbers as they are written: one of thousands of digits is not worth counting.
        document = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
        return list(_walk((), document))
    except json.JSONDecodeError as error:
        problem = f"not valid JSON at line {error.lineno}, column {error.colno}"
    except RecursionError:
        problem = "nested too deeply"
    raise Misconfigured(problem)


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
    texts = {key: each for key, each in value.items() if isinstance(each, str)}
    pair = named_pair(texts)
    rest = {key: each for key, each in value.items() if pair is None or key not in pair.used}
    if pair:
        above = path[:-1] if path and path[-1].isdecimal() else path
        yield Setting((*above, pair.name), pair.value)
    for key, each in rest.items():
        yield from _walk((*path, key), each)
