"""Settings as XML: a .NET `.config` with `add key= value=`, or elements named as the settings."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from flexsync_cli.adapters.legacy.pairs import named_pair
from flexsync_cli.domain.legacy import Setting
from flexsync_cli.errors import Misconfigured

_DECLARATION = re.compile(r"<\?xml[^>]*\?>")
_DEEPEST = 50
# .NET's own tables, which say nothing of the module.
_PLUMBING = frozenset({"configSections", "startup", "runtime", "system.diagnostics", "system.serviceModel", "system.web"})


def read_xml(text: str) -> list[Setting]:
    """All settings with the elements that lead to them; entities and the network are off. Raises Misconfigured."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True)
    try:
        root = etree.fromstring(_DECLARATION.sub("", text, count=1).encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise Misconfigured("not valid XML" + (f" (line {line})" if line else "")) from None
    if root.getroottree().docinfo.doctype:
        raise Misconfigured("XML with a document type; take the <!DOCTYPE ...> out and try again")
    return list(_walk((), root, 0))


def _walk(path: tuple[str, ...], element: Any, depth: int) -> Iterator[Setting]:
    if not isinstance(element.tag, str) or _local(element.tag) in _PLUMBING:
        return
    if depth > _DEEPEST:
        raise Misconfigured("nested too deeply")
    attributes = {_local(key): str(value) for key, value in element.attrib.items()}
    named = _named(attributes, element)
    if named is not None:
        yield Setting((*path, *named.path), named.value)
        return
    below = (*path, _local(element.tag)) if depth else path
    text = (element.text or "").strip()
    yield from (Setting((*below, key), value) for key, value in attributes.items())
    if text or (depth and not attributes and not len(element)):
        yield Setting(below or (_local(element.tag),), text)
    for child in element:
        yield from _walk(below, child, depth + 1)


def _named(attributes: Mapping[str, str], element: Any) -> Setting | None:
    """What an element with a name among its attributes sets: by another attribute, its text, or its only child `value`."""
    if pair := named_pair(attributes):
        kind = ("connectionString",) if "connectionString" in pair.used else ()
        return Setting((pair.name, *kind), pair.value)
    inner = element[0] if len(element) == 1 and not len(element[0]) and element[0].tag == "value" else element
    pair = named_pair({**attributes, "value": (inner.text or "").strip()}) if inner is not element or not len(element) else None
    return Setting((pair.name,), pair.value) if pair else None


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
