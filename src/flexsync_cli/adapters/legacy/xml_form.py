"""Settings as XML: a .NET `.config` with `add key= value=`, or elements named as the settings."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from flexsync_cli.adapters.legacy.pairs import named_pair
from flexsync_cli.domain.legacy import NAME_KEYS, Setting
from flexsync_cli.domain.legacy_names import plain
from flexsync_cli.errors import Misconfigured

_DECLARATION = re.compile(r"\A<\?xml[^>]*\?>")
_DEEPEST = 50
_WRAPPER = re.compile("value|ArrayOf.*")  # .NET's, around a setting's own elements
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
    attributes = {_local(key): str(value) for key, value in element.attrib.items() if key != "serializeAs"}
    children = list(element)
    if depth and (named := _named(attributes, element, children)):
        yield Setting((*path, *named.path), named.value)
        return
    below = (*path, *_names(element, attributes, children)) if depth else path
    text = (element.text or "").strip()
    yield from (Setting((*below, key), value) for key, value in attributes.items())
    if text or (depth and not attributes and not children):
        yield Setting(below or (_local(element.tag),), text)
    for child in children:
        yield from _walk(below, child, depth + 1)


def _names(element: Any, attributes: dict[str, str], children: list[Any]) -> tuple[str, ...]:
    """What an element adds to the path: the name among its attributes, which is taken out of them, else its own."""
    tag = _local(element.tag)
    if _WRAPPER.fullmatch(tag) and children:
        return ()
    key = next((key for key in attributes if plain(key) in NAME_KEYS), None) if children else None
    return (attributes.pop(key),) if key else (tag,)


def _named(attributes: Mapping[str, str], element: Any, children: list[Any]) -> Setting | None:
    """What an element with a name sets: by two attributes or two children, or by its text or its only child `value`."""
    if pair := named_pair(attributes):
        kind = ("connectionString",) if "connectionString" in pair.used else ()
        return Setting((pair.name, *kind), pair.value)
    leaves = [child for child in children if isinstance(child.tag, str) and not len(child) and not child.attrib]
    texts = {_local(child.tag): (child.text or "").strip() for child in leaves}
    if len(leaves) == len(children) == len(texts) == 2 and not attributes and (pair := named_pair(texts)):
        return Setting((pair.name,), pair.value)
    if not children or (texts.keys() == {"value"} and len(children) == 1):
        text = texts["value"] if children else (element.text or "").strip()
        pair = named_pair({**attributes, "value": text})
        return Setting((pair.name,), pair.value) if pair else None
    return None


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
