"""The keys that the file may have, found in the model: for messages, tests and tables of the documentation."""

from collections.abc import Iterator, Sequence
from typing import get_args, get_origin

from pydantic.fields import FieldInfo

from flexsync_cli.config.values import Compact, Section


def known(section: type[Section]) -> dict[str, FieldInfo]:
    """A section's keys as the file spells them."""
    return {field.alias or name: field for name, field in section.model_fields.items()}


def all_keys(section: type[Section], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every dotted key that holds a value, in the order of the model; a table of free keys counts as one."""
    for key, field in known(section).items():
        below = _section(field.annotation)
        if below is None or issubclass(below, Compact) or _is_free(field.annotation):
            yield prefix + key, field
        else:
            yield from all_keys(below, f"{prefix}{key}.")


def section_at(section: type[Section] | None, path: Sequence[str | int]) -> type[Section] | None:
    """The section that stands at a path below another; None where there is none."""
    keys = iter(path)
    for key in keys:
        field = known(section).get(str(key)) if section else None
        section = _section(field.annotation) if field else None
        if field and _is_free(field.annotation):
            next(keys, None)  # a key of the user's own
    return section


def _is_free(annotation: object) -> bool:
    return get_origin(annotation) is dict


def _section(annotation: object) -> type[Section] | None:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return next((found for part in get_args(annotation) if (found := _section(part))), None)
