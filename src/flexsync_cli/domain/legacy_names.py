"""The old module's settings by their names: Dutch, French and English, whatever their case, accents and separators."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from flexsync_cli.domain.legacy_words import FILLER, PARTS, RULES, WORDS

_SEPARATORS = re.compile("[^a-z0-9]+")
_DEPTH = 3  # so many of a path's last names may make one name together: SOAP > Token
_LONGEST = 100
# What stands under one of these is its own: SMTP > Token is no token of Flexmail's.
_OWNERS = frozenset({"smtp", "database", "bounce"})
_ANYBODYS = frozenset({"database.user", "database.password"})
_LOGIN = frozenset({"user", "login", "password", "name"})


def plain(name: str) -> str:
    """A name without case, accents, blanks and signs; "mail" for every spelling of e-mail."""
    return _bare(name).replace("email", "mail")


def _bare(name: str) -> str:
    letters = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    return _SEPARATORS.sub("", letters.casefold())


def recognise(path: Sequence[str]) -> tuple[str, str]:
    """The key that a setting at this path means, and the unit its name tells; "" for what is not known."""
    inside_flexmail = any("flexmail" in plain(name) for name in path)
    for depth in range(min(_DEPTH, len(path)), 0, -1):
        words = _words(_bare("".join(path[-depth:])), WORDS)
        found = _meanings(words or ())
        key = _key(found)
        if key and not (inside_flexmail and key.startswith("database.")) and not _is_anybodys(key, found, path[-2:-1]):
            return key, next((word for word in words or () if WORDS[word] == "unit"), "")
        if key == "database.user" and inside_flexmail and found == {"user"}:
            return "flexmail.account_id", ""
        if found & _OWNERS:
            break
    return "", ""


def _key(meanings: frozenset[str]) -> str:
    fitting = (rule.key for rule in RULES if rule.needed <= meanings <= rule.needed | rule.allowed)
    return next(fitting, "")


def _is_anybodys(key: str, meanings: frozenset[str], above: Sequence[str]) -> bool:
    """Whether it is a login, of something that we don't know: Proxy > Password."""
    return key in _ANYBODYS and meanings <= _LOGIN and any(_words(_bare(name), WORDS) is None for name in above)


def _meanings(words: Sequence[str], vocabulary: Mapping[str, str] = WORDS) -> frozenset[str]:
    return frozenset(meaning for word in words for meaning in vocabulary[word].split() if meaning != FILLER)


def _words(text: str, vocabulary: Mapping[str, str]) -> tuple[str, ...] | None:
    """The fewest known words that make up the whole text; None where none do."""
    best: dict[int, tuple[str, ...]] = {0: ()}
    for start in range(len(text) if len(text) <= _LONGEST else 0):
        if start not in best:
            continue
        for word in vocabulary:
            end = start + len(word)
            if text.startswith(word, start) and (end not in best or len(best[end]) > len(best[start]) + 1):
                best[end] = (*best[start], word)
    return best.get(len(text))


def is_fields(name: str) -> bool:
    """Whether a name is that of the table of custom fields."""
    return _meanings(_words(_bare(name), WORDS) or ()) in ({"fields"}, {"fields", "custom"}, {"field", "custom"})


def are_connections(path: Sequence[str]) -> bool:
    """Whether it leads to .NET's table of connection strings, each under a name of its own."""
    return bool(path) and _bare(path[-1]) == "connectionstrings"


def is_of_opt_in(path: Sequence[str]) -> bool:
    """Whether it tells of the opt-in, whatever it says of it."""
    return any(_bare(name).startswith("optin") for name in path)


def is_numbered_field(name: str) -> bool:
    """Whether a name is that of one custom field among numbered ones: maatwerkveld1."""
    bare = _bare(name).rstrip("0123456789")
    return bare != _bare(name) and is_fields(bare)


def is_newsletters(name: str) -> bool:
    """Whether a name is that of the choice what the mail after a sync holds."""
    return _meanings(_words(_bare(name), WORDS) or ()) - {"flexmail"} == {"newsletter"}


def part_of(name: str) -> str:
    """The chapter of the summary that a name means; "" where it means none."""
    found = _meanings(_words(_bare(name), PARTS) or (), PARTS)
    # "Nieuwe uitschrijvingen" are opt-outs.
    chosen = found - {"created"} or found
    return next(iter(chosen)) if len(chosen) == 1 else ""
