"""What the mail about new bounces says: who, why in plain words, and what to do. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flexsync_cli.domain.model import RelationId

BounceKind = Literal["hard", "soft", "unknown"]

# By the subject and detail of an enhanced status code (RFC 3463); the whole code first, then its last two parts, its subject.
_BY_CODE = {
    "1.1": "unknown_mailbox",
    "1.2": "unknown_domain",
    "1.3": "bad_address",
    "1.6": "moved",
    "1.10": "no_mail_there",
    "2.1": "disabled",
    "2.2": "full",
    "2.3": "too_large",
    "3.4": "too_large",
}
_BY_SUBJECT = {
    "1": "bad_address",
    "2": "mailbox",
    "3": "server",
    "4": "unreachable",
    "5": "server",
    "6": "content",
    "7": "refused",
}
# The three digits of SMTP, where the other side gives nothing better.
_BY_REPLY = {"421": "unreachable", "450": "mailbox", "452": "full", "550": "refused_550", "552": "full", "554": "refused"}
UNKNOWN = "unknown"
REASONS = tuple(dict.fromkeys((*_BY_CODE.values(), *_BY_SUBJECT.values(), *_BY_REPLY.values(), UNKNOWN)))

_ENHANCED = re.compile(r"[245]\.(\d{1,3})\.(\d{1,3})")


@dataclass(frozen=True, slots=True)
class BouncedPerson:
    """One new bounce. `relation_id` and `name` are "" where no relation has the address; `campaign` is its name, or "";
    `since` is when this address bounced first, `times` how often since then."""

    relation_id: RelationId
    name: str
    address: str
    code: str
    kind: BounceKind
    reason_key: str
    campaign: str
    since: datetime
    times: int = 1


@dataclass(frozen=True, slots=True)
class BounceNews:
    """The mail: hard ones first, for these are mended by a person."""

    people: tuple[BouncedPerson, ...]

    def count(self, kind: BounceKind) -> int:
        """How many of one kind."""
        return sum(person.kind == kind for person in self.people)


def bounce_news(people: Sequence[BouncedPerson]) -> BounceNews:
    """The persons in the order in which they are read: hard, unknown, soft; each by name."""
    order = ("hard", "unknown", "soft")
    return BounceNews(tuple(sorted(people, key=lambda each: (order.index(each.kind), each.name.casefold(), each.address))))


def reason_key(code: str) -> str:
    """The reason that a code means, as a key of REASONS."""
    enhanced = _ENHANCED.fullmatch(code.strip())
    if enhanced is None:
        return _BY_REPLY.get(code.strip(), UNKNOWN)
    subject, detail = enhanced.groups()
    return _BY_CODE.get(f"{subject}.{detail}") or _BY_SUBJECT.get(subject, UNKNOWN)
