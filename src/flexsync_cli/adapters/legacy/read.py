"""A file with the old module's settings, whatever its form: XML, JSON, a registry export, or INI."""

from collections.abc import Sequence
from pathlib import Path

from flexsync_cli.adapters.legacy.decode import read_text
from flexsync_cli.adapters.legacy.ini_form import read_ini
from flexsync_cli.adapters.legacy.json_form import is_json, read_json
from flexsync_cli.adapters.legacy.reg_form import is_reg, read_reg
from flexsync_cli.adapters.legacy.xml_form import read_xml
from flexsync_cli.domain.legacy import Setting
from flexsync_cli.errors import Misconfigured

MOST_SETTINGS = 10_000


def read_file(path: Path) -> Sequence[Setting]:
    """All settings in the file, in its order. Raises Misconfigured, without what stands in the file."""
    try:
        settings = _read(read_text(path).strip())
    except Misconfigured as error:
        raise Misconfigured(f"{path.name}: {error}") from None
    if len(settings) > MOST_SETTINGS:
        raise Misconfigured(f"{path.name}: more than {MOST_SETTINGS} settings; give the file that holds the old module's alone")
    return settings


def _read(text: str) -> list[Setting]:
    if text.startswith("<"):
        return read_xml(text)
    if is_reg(text):
        return read_reg(text)
    if is_json(text):
        return read_json(text)
    return read_ini(text)
