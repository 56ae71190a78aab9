"""What is left when all is done, without what may differ: ids that Flexmail gives, moments, and how often a summary came."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from flexsync_cli.adapters.state import open_state
from flexsync_cli.domain.compare import is_empty
from flexsync_cli.domain.model import Link
from flexsync_cli.ports import State
from flexsync_cli.sandbox.model import Origin
from tests.kills.stage import Stage
from tests.machine.mails import told_together
from tests.scenarios.running import BOUNCES, admin

MADE = ("made.toml", "duplicates.csv")
COLUMNS = "CUSTOMER_ID, DATE, SUBJECT, TEXT, TYPE, REFERENCE"


@dataclass(frozen=True)
class Digest:
    """Both sides, the state and the letters, as they must be; and whom the mails have named."""

    left: Mapping[str, Any]
    named: frozenset[int]
    told: Counter[str]

    def differences(self, other: "Digest") -> Mapping[str, Any]:
        """What is otherwise in another one: part by part, what is here and what is there."""
        found = {key: (value, other.left[key]) for key, value in self.left.items() if value != other.left[key]}
        unnamed = self.named - other.named
        labels = [label for label in self.told | other.told if self.told[label] != other.told[label]]
        untold = {label: (self.told[label], other.told[label]) for label in labels}
        return found | ({"named in no mail": sorted(unnamed)} if unnamed else {}) | ({"told": untold} if untold else {})


def digest(stage: Stage) -> Digest:
    """Look at everything."""
    left = _flexmail(stage) | _admin(stage) | _state(stage) | _files(stage)
    summaries = {str(mail["Message-ID"]): mail for mail in stage.mails() if BOUNCES not in str(mail["To"])}
    return Digest(left | {"bounce letters": _letters(stage)}, _named(stage), _told(stage, list(summaries.values())))


def _admin(stage: Stage) -> dict[str, Any]:
    written = sorted(tuple(row) for row in stage.world.sql(f"SELECT {COLUMNS} FROM COMMUNICATION"))
    return admin(stage.world) | {"COMMUNICATION": written}


def _flexmail(stage: Stage) -> dict[str, Any]:
    store = stage.world.sandbox.store
    names = {interest.id: interest.name for interest in store.interests.values()}
    addresses = {contact.id: contact.email for contact in store.contacts.values()}
    contacts = sorted(
        (
            contact.email,
            contact.state.value,
            contact.first_name,
            contact.name,
            contact.language,
            sorted(contact.custom_fields.items()),
            sorted(names[each] for each in contact.interests),
            len(contact.sources),
        )
        for contact in store.contacts.values()
    )
    ours = Counter((event.kind.value, addresses[event.contact_id]) for event in store.events if event.origin is Origin.API)
    revived = [addresses[number] for number, origin in store.revived if origin is Origin.API]
    return {"contacts": contacts, "our events": ours, "interests": sorted(names.values()), "revived by us": revived}


def _state(stage: Stage) -> dict[str, Any]:
    path = stage.world.folder / "state.db"
    if not path.exists():
        return {"state": None}
    addresses = {contact.id: contact.email for contact in stage.world.sandbox.store.contacts.values()}
    with closing(open_state(path)) as state:
        return _people(state, addresses) | _work(state)


def _people(state: State, addresses: Mapping[int, str]) -> dict[str, Any]:
    outs = [(out.address, out.kind, out.source, out.unticked_at is None, out.ended_by) for out in state.outs.all()]
    return {
        "links": sorted((addresses.get(link.contact_id, "?"), *_without_ids(link)) for link in state.links.all()),
        "outs": sorted(outs, key=repr),
        "consents": [(consent.address, consent.how) for consent in state.outs.consents()],
        "parked": sorted((parked.relation_id, parked.field) for parked in state.parked.all()),
        "to-dos": sorted((todo.kind, todo.relation_id) for todo in state.todos.open()),
    }


def _work(state: State) -> dict[str, Any]:
    refused = [plan.refusal for plan in state.plans.open()]
    return {
        "plans": sorted((each.step, each.kind, sorted(item.relation_id for item in each.items)) for each in refused),
        "under way": [(entry.kind, entry.payload) for entry in state.journal.pending()],
        "unsent": [mail.kind for mail in state.outbox.waiting()],
    }


def _without_ids(link: Link) -> tuple[str, ...]:
    interests = [sorted(each) for each in (link.interests, link.foreign_interests, link.dropped_interests)]
    values = sorted((key, value) for key, value in link.values.items() if not is_empty(value))  # as if it were not there
    parts = (link.relation_id, link.address, link.status, values, sorted(link.addresses), interests)
    return tuple(repr(part) for part in parts)


def _files(stage: Stage) -> dict[str, Any]:
    folder = stage.world.folder
    made = {name: (folder / name).read_bytes() if (folder / name).exists() else None for name in MADE}
    return made | {"left over": sorted(path.name for path in folder.glob("*.tmp*")), "last ping": stage.pings[-1:]}


def _letters(stage: Stage) -> list[tuple[str, str]]:
    """Those about bounces; one that was handed over in the moment of the kill may come twice, and says that it is the same."""
    told = {str(mail["Message-ID"]): mail for mail in stage.mails() if BOUNCES in str(mail["To"])}
    return sorted((str(mail["Subject"]), _text(mail)) for mail in told.values())


def _told(stage: Stage, summaries: Sequence[Any]) -> Counter[str]:
    """What the mails add up to. While it only observes, each tells anew what it would do, and what happened once."""
    if stage.world.settings.get("sync", {}).get("mode") != "observe":
        return told_together(summaries)
    told: Counter[str] = Counter()
    for mail in summaries:
        told |= told_together([mail])
    return told


def _named(stage: Stage) -> frozenset[int]:
    text = " ".join(_text(mail) for mail in stage.mails())
    return frozenset(number for (number,) in stage.world.sql("SELECT CUSTOMER_ID FROM CUSTOMER") if f"({number})" in text)


def _text(mail: Any) -> str:
    body = mail.get_body(("plain",))
    return " ".join(body.get_content().split()) if body is not None else ""
