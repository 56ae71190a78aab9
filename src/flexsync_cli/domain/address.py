"""Address keys: the one spelling of an e-mail address that is compared and sent.

A key is trimmed, NFC, lower case, its domain in IDNA ASCII, at most 200 characters (Flexmail's limit) and valid by
`email-validator`, without DNS. A non-ASCII local part counts as invalid: few servers take one, whether Flexmail does is
unknown, and in an office's data `andré@` is nearly always a slip for `andre@`. A key is therefore always ASCII.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from flexsync_cli.domain.model import AddressKey
from flexsync_cli.domain.text import INVISIBLE

MAX_LENGTH = 200
# What is looked at of one field: no office types more, and hostile input costs nothing.
MAX_FIELD = 2_000

_ATOM = r"[a-z0-9_!#$%&'*+\-/=?^`{|}~]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The spelling of nearly every address. It is its own key, which spares the slow library; a test proves that both agree.
_LOCAL_PART = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+[a-z]{{2,63}}")
_RESERVED = frozenset(name.rpartition(".")[2] for name in SPECIAL_USE_DOMAIN_NAMES)

_WORD = re.compile(r"""(?P<gap>[\s;,|<>()\[\]"/:#?&=]*+)(?P<word>[^\s;,|<>()\[\]"/:#?&=]++)""")
# Gaps by which one address may have been torn: a space, or the `;` or `,` that a Belgian keyboard gives for a dot.
_TEAR = re.compile(r"\s+|[;,]")
_JOINING = frozenset({"en", "et", "of", "ou", "and", "or", "mail", "email", "e-mail", "mailto"})

Problem = Literal["", "empty", "invalid"]


class AddressField(NamedTuple):
    """What an address field of Admin holds: the first valid address, and whether there are more candidates."""

    key: AddressKey | None
    several: bool = False
    problem: Problem = ""


def address_key(text: str) -> AddressKey | None:
    """The key of the first valid address in a text; None where there is none."""
    return text if _is_plain(text) else parse_field(text).key


def contact_key(email: str) -> AddressKey:
    """The key of an address as Flexmail shows it; of what is no valid one the nearest to a key."""
    if _is_plain(email):
        return email
    return _key(email.strip(INVISIBLE)) or _lower(email.strip(INVISIBLE))


def parse_field(text: str) -> AddressField:
    """Read a field that may hold several addresses, names beside them, or rubbish of any size."""
    if _is_plain(text):
        return AddressField(text)
    text = text.strip(INVISIBLE)
    if not text:
        return AddressField(None, problem="empty")
    if (key := _key(text)) is not None:
        return AddressField(key)
    candidates = list(_candidates(text))
    key = next((key for word, whole in candidates if whole and (key := _key(word)) is not None), None)
    several = len({word for word, _ in candidates}) > 1
    return AddressField(key, several, problem="invalid" if key is None else "")


def _candidates(text: str) -> Iterator[tuple[str, bool]]:
    """Each word that could be an address, and whether it is surely whole.

    After a bare word it may be the end of a torn address (`jan peeters@...`), which is somebody else's: not to be mailed.
    """
    before = ""
    for match in _WORD.finditer(text[:MAX_FIELD]):
        cut_off = match.end() == MAX_FIELD < len(text)
        word = _lower(match["word"].strip(INVISIBLE).strip(".'"))
        if "@" in word and not cut_off:
            bare = before != "" and "@" not in before and before not in _JOINING
            yield word, not (bare and _TEAR.fullmatch(match["gap"]))
        before = word


def _key(text: str) -> AddressKey | None:
    """The key of what should be one address and nothing else."""
    if len(text) > MAX_LENGTH:
        return None
    text = _lower(text)
    if _is_plain(text):
        return text
    key = _library_key(text)
    return key if key is not None and len(key) <= MAX_LENGTH else None


def _is_plain(text: str) -> bool:
    if len(text) > MAX_LENGTH:
        return False
    local_part, _, domain = text.partition("@")
    return _is_plain_domain(domain) and _LOCAL_PART.fullmatch(local_part) is not None


@lru_cache(maxsize=10_000)  # an office's relations have few domains
def _is_plain_domain(domain: str) -> bool:
    # A double hyphen may be Punycode, and reserved domains are refused: both are the library's to judge.
    return _DOMAIN.fullmatch(domain) is not None and "--" not in domain and domain.rpartition(".")[2] not in _RESERVED


def _library_key(text: str) -> AddressKey | None:
    try:
        return validate_email(text, check_deliverability=False, allow_smtputf8=False).ascii_email
    except EmailNotValidError:
        return None


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())
