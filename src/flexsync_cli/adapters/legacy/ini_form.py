"""Settings as INI, with or without sections."""

import configparser

from flexsync_cli.domain.legacy import Setting
from flexsync_cli.errors import Misconfigured

MOST_LINES = 20_000  # the parser takes the square of their number, where none of them is a setting
_NO_SECTION = "no section"
_NEVER = "\0"  # no section is the one of defaults


def read_ini(text: str) -> list[Setting]:
    """All settings with their sections. Raises Misconfigured."""
    if text.count("\n") > MOST_LINES:
        raise Misconfigured(f"more than {MOST_LINES} lines; give the file that holds the old module's settings alone")
    parser = configparser.RawConfigParser(strict=False, default_section=_NEVER)
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # the documented way to keep names as they are
    try:
        parser.read_string(f"[{_NO_SECTION}]\n{text}")
    except configparser.ParsingError as error:
        line = error.errors[0][0] - 1 if error.errors else 1
        raise Misconfigured(f"neither XML, JSON, a registry export nor INI (line {line} is no setting)") from None
    except configparser.Error:
        raise Misconfigured("neither XML, JSON, a registry export nor INI") from None
    return [
        Setting((name,) if section == _NO_SECTION else (section, name), _one_line(value))
        for section in parser.sections()
        for name, value in parser.items(section)
    ]


def _one_line(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
