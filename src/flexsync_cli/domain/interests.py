"""Interests, three-way: what Admin wants, what both sides agreed on, what Flexmail has. Pure; one call a change.

What the person dropped is not given back, what Flexmail has and Admin does not know is not touched, and only what both
sides had is taken away.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from flexsync_cli.domain.model import ContactId, Interest, Link, Relation, RelationId
from flexsync_cli.domain.plan import Note
from flexsync_cli.domain.text import sendable


@dataclass(frozen=True, slots=True)
class GiveInterest:
    """Subscribe a contact to an interest."""

    relation_id: RelationId
    contact_id: ContactId
    interest: str


@dataclass(frozen=True, slots=True)
class TakeInterest:
    """Unsubscribe a contact from an interest that Admin no longer has."""

    relation_id: RelationId
    contact_id: ContactId
    interest: str


@dataclass(slots=True)
class InterestsPlan:
    """`missing` are interests, by key and Admin's spelling, that the account lacks; `links` what the reading taught us."""

    changes: list[GiveInterest | TakeInterest] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    unchanged: int = 0


NAME_LENGTH = 50


def sent_name(name: str) -> str:
    """The name that Flexmail gets, on one line: it takes fifty characters."""
    return " ".join(sendable(name).split())[:NAME_LENGTH].rstrip()


def interest_key(name: str) -> str:
    """The spelling by which interests are matched."""
    return sent_name(name).casefold()


def keyed(interests: Iterable[Interest]) -> dict[str, Interest]:
    """The account's interests by their key; of several alike the first."""
    result: dict[str, Interest] = {}
    for interest in interests:
        result.setdefault(interest_key(interest.name), interest)
    return result


def used(pairs: Iterable[tuple[Relation, Link]]) -> Counter[str]:
    """The interests that somebody uses: how many want each, or had it when that was read last."""
    return Counter(key for relation, link in pairs for key in _wanted(relation).keys() | _held(link))


def emptied(pairs: Iterable[tuple[Relation, Link]], members: Mapping[str, frozenset[ContactId]]) -> bool:
    """Whether nobody has an interest any more that somebody had: all dropped it, or it is gone itself."""
    nobodys = {key for key, contacts in members.items() if not contacts}
    return any(nobodys & (link.interests | link.foreign_interests) for _, link in pairs)


def held(pairs: Iterable[tuple[Relation, Link]]) -> frozenset[str]:
    """The interests that are known of somebody: those that he has, or dropped."""
    return frozenset(key for _, link in pairs for key in _held(link))


def learnt(pairs: Iterable[tuple[Relation, Link]], links: Iterable[Link]) -> list[tuple[Relation, Link]]:
    """The same pairs, with what is known of these links since."""
    newer = {link.contact_id: link for link in links}
    return [(relation, newer.get(link.contact_id, link)) for relation, link in pairs]


def decide(
    pairs: Iterable[tuple[Relation, Link]],
    account: Iterable[str],
    members: Mapping[str, frozenset[ContactId]] | None,
) -> InterestsPlan:
    """Compare each linked holder. `members` by interest key are those interests whose contacts were read, None for none; of
    the others holds what was known."""
    plan = InterestsPlan()
    known = frozenset(account)
    read = None if members is None else {key: contacts for key, contacts in members.items() if key in known}
    for relation, link in pairs:
        _compare(relation, link, known, read, plan)
    return plan


def _compare(
    relation: Relation,
    link: Link,
    account: frozenset[str],
    members: Mapping[str, frozenset[ContactId]] | None,
    plan: InterestsPlan,
) -> None:
    spelled = _wanted(relation)
    wanted = frozenset(spelled)
    read = link if members is None else _read(link, wanted, members)
    dropped = read.dropped_interests & wanted
    shared = read.foreign_interests & wanted
    # What the account no longer has nobody has, and nobody dropped.
    read = replace(
        read,
        interests=(read.interests | shared) & account,
        foreign_interests=(read.foreign_interests - shared) & account,
        dropped_interests=dropped,
    )
    if read != link:
        plan.links.append(read)
    give = wanted - read.interests - dropped
    take = read.interests - wanted
    plan.missing |= {key: spelled[key] for key in sorted(give - account)}
    changes = [GiveInterest(relation.id, link.contact_id, key) for key in sorted(give & account)]
    plan.changes += changes + [TakeInterest(relation.id, link.contact_id, key) for key in sorted(take)]
    plan.unchanged += not changes and not take
    plan.notes += [Note(relation.id, "interest_dropped", (("interest", spelled[key]),)) for key in sorted(dropped)]


def _wanted(relation: Relation) -> dict[str, str]:
    """What Admin has, by its key, in Admin's spelling; a name that shows nothing is none."""
    return {key: name for name in relation.interests if (key := interest_key(name))}


def _held(link: Link) -> frozenset[str]:
    return link.interests | link.foreign_interests | link.dropped_interests


def _read(link: Link, wanted: frozenset[str], members: Mapping[str, frozenset[ContactId]]) -> Link:
    """What the membership lists say of one contact: what he had and has no more he dropped, and what was not read stays."""
    has = frozenset(key for key, contacts in members.items() if link.contact_id in contacts)
    lost = ((link.interests | link.foreign_interests) & members.keys()) - has
    ours = (link.interests - lost) | (has & wanted)
    unread = link.foreign_interests - members.keys()
    return replace(
        link,
        interests=ours,
        foreign_interests=(has - ours) | unread,
        dropped_interests=(link.dropped_interests | lost) - has,
    )
