"""What happened to one person, from the journal, the outs and the consents."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from flexsync_cli.domain.case import Happening
from flexsync_cli.domain.model import AddressKey, Consent, ContactId, Out, RelationId
from flexsync_cli.domain.ruling import BY
from flexsync_cli.ports import JournalEntry

WRITES: Mapping[str, str] = {
    "create": "added to Flexmail",
    "patch": "brought up to date in Flexmail",
    "put": "rewritten in Flexmail, with its address",
    "unsubscribe": "unsubscribed in Flexmail by the office",
    "interest_give": "an interest given in Flexmail",
    "interest_take": "an interest taken away in Flexmail",
    "untick": "newsletter unticked in Admin",
    "tick": "newsletter ticked in Admin",
    "rewrite": "changed in Admin, as in Flexmail",
    "relation": "created in Admin",
    "communication": "a communication written in Admin",
}


@dataclass(frozen=True, slots=True)
class Person:
    """By what a person is recognised."""

    relation_id: RelationId
    contacts: Collection[ContactId]
    addresses: Collection[AddressKey]

    def is_in(self, entry: JournalEntry) -> bool:
        """Whether a journal entry is about them."""
        payload = entry.payload
        if payload.get("contact") in self.contacts:
            return True
        relations = [*payload.get("relations", ()), *filter(None, [payload.get("relation")])]
        return self.relation_id in relations if relations else payload.get("address") in self.addresses


def happenings(
    entries: Collection[JournalEntry], outs: Collection[Out], consents: Collection[Consent], person: Person
) -> Iterator[Happening]:
    """In no order."""
    for entry in entries:
        if entry.kind in WRITES and person.is_in(entry):
            yield Happening(entry.at, WRITES[entry.kind] + _outcome(entry))
    for out in outs:
        yield Happening(out.at, f"out: {BY[out.kind]}")
        if out.ended_at is not None:
            yield Happening(out.ended_at, "no longer out")
    for consent in consents:
        yield Happening(consent.recorded_at, "a consent was recorded")


def _outcome(entry: JournalEntry) -> str:
    if entry.done is None:
        return ", begun; the next run finds out what became of it"
    return "" if entry.done else ": tried, not done"
