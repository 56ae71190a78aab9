"""Opt-in: what persons changed of their own data goes to Admin, field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from flexsync_cli.domain import profiles
from flexsync_cli.domain.compare import EMAIL, Shape
from flexsync_cli.domain.echoes import latest
from flexsync_cli.domain.events import Event
from flexsync_cli.domain.fields import fingerprint
from flexsync_cli.domain.guard import limit
from flexsync_cli.domain.model import NO_VALUES, ContactId, Link, LinkStatus, Relation, RelationId, ToDo, Values
from flexsync_cli.domain.plan import Guarded, KeptPlan, Note, StepOutcome
from flexsync_cli.domain.profiles import Merge
from flexsync_cli.ports import FlagResult
from flexsync_cli.services import feed, imports, plans
from flexsync_cli.services.account import Account
from flexsync_cli.services.noted import as_sent
from flexsync_cli.services.session import Session

PROFILE_UPDATES = "profile updates"
REFUSED = "profile_refused"


@dataclass(frozen=True, slots=True)
class _Update:
    """A contact whose values changed, as it seems from afar; `event` is None where only a listing showed its address."""

    link: Link
    relation: Relation
    there: Values
    merged: Merge
    event: Event | None = None


def merge(session: Session, outcome: StepOutcome, since: datetime | None = None, approved: KeptPlan | None = None) -> None:
    """Run the step."""
    reading = feed.read(session, outcome, PROFILE_UPDATES, lambda events, moment: events.profile_updates(moment), since)
    merger = _Merger(session, outcome)
    updates = merger.find(reading.events)
    updates, held = _guard(session, outcome, updates, approved)
    session.reporter.step(outcome.name, len(updates))
    failed = [update for update in updates if not merger.apply(update)]
    feed.settle(session, outcome, reading, [update.event for update in [*held, *failed] if update.event is not None])
    merger.tell()


def _guard(
    session: Session, outcome: StepOutcome, updates: Sequence[_Update], approved: KeptPlan | None
) -> tuple[list[_Update], list[_Update]]:
    """Those that may be done, and those that are held back: too many persons rewritten in Admin."""
    approval = approved.refusal if approved else None
    items = [_guarded(update) for update in updates if update.merged.new]
    refusals = limit(outcome.name, items, len(session.relations()), session.settings.limits, approval)
    plans.keep(session, outcome, refusals, outcome.name)
    if not refusals:
        return list(updates), []
    allowed = set(approval.items) if approval else set[Guarded]()
    held = [update for update in updates if _guarded(update) not in allowed]
    return [update for update in updates if _guarded(update) in allowed], held


def _guarded(update: _Update) -> Guarded:
    return Guarded("rewrite", update.relation.id, update.link.contact_id)


class _Merger:
    def __init__(self, session: Session, outcome: StepOutcome) -> None:
        self.session = session
        self.outcome = outcome
        self.relations = {relation.id: relation for relation in session.relations()}
        self.languages = sorted({relation.language for relation in self.relations.values() if relation.language})
        self.links = session.links()
        self.refused: dict[str, ToDo] = {}
        self._shape: Shape | None = None

    @property
    def shape(self) -> Shape:
        """How values compare; the account's lists are read only when something changed."""
        if self._shape is None:
            self._shape = Account(self.session).shape()
        return self._shape

    def find(self, events: Sequence[Event]) -> list[_Update]:
        """The linked persons whose values seem to differ from what both sides had: by their events, or by a listing."""
        updates: dict[int, _Update] = {}
        for event in latest(events):
            link = self._link_of(event)
            if link is not None:
                there = profiles.told(event, self.shape)
                self._add(updates, self._with_ours(link, there), there, event)
        for link in self.links.open_links():
            if link.values.get(EMAIL, link.address) != link.address:
                self._add(updates, link, {EMAIL: link.address}, None)
        return list(updates.values())

    def _link_of(self, event: Event) -> Link | None:
        link = self.links.by_contact.get(event.contact_id) if event.contact_id is not None else None
        link = link or self.links.open_by_address.get(event.address)
        return link if link is not None and link.status is LinkStatus.OPEN else None

    @cached_property
    def _sent_late(self) -> Mapping[ContactId, Values]:
        return imports.sent_late(self.session)

    def _with_ours(self, link: Link, there: Values) -> Link:
        """The link with what an import of ours brought about late: nobody said it, and the push sends what is newer."""
        sent = self._sent_late.get(link.contact_id, NO_VALUES)
        ours = {key: value for key, value in as_sent(sent, there).items() if key in there}
        if ours:
            link = replace(link, values={**link.values, **ours})
            self.session.state.links.save([link])
        return link

    def _add(self, updates: dict[int, _Update], link: Link, there: Values, event: Event | None) -> None:
        relation = self.relations.get(link.relation_id)
        if relation is None or link.contact_id in updates:
            return
        merged = self._merge(link, relation, there)
        if merged != Merge():
            updates[link.contact_id] = _Update(link, relation, there, merged, event)

    def _merge(self, link: Link, relation: Relation, there: Values) -> Merge:
        known = {key: value for key, value in there.items() if key not in self.session.settings.absent}
        return profiles.merge(link, relation, known, self.shape, self.languages)

    def apply(self, update: _Update) -> bool:
        """Whether it is settled. What is written is what the contact has at this moment."""
        self.session.reporter.advance()
        merged = update.merged
        if self.session.applies:
            self.session.stop.check()
            contact = self.session.flexmail.contact(update.link.contact_id)
            if contact is None:
                return True
            merged = self._merge(update.link, update.relation, profiles.shown(contact, self.shape))
        self._note(update, merged)
        if not self.session.applies:
            self.outcome.counts["updated"] += bool(merged.new)
            return True
        return self._write(update, merged)

    def _note(self, update: _Update, merged: Merge) -> None:
        self.outcome.counts["conflicts"] += bool(merged.conflicts)
        for kind, keys in (("profile_conflict", merged.conflicts), ("profile_unmapped", merged.unmapped)):
            self.outcome.notes += [Note(update.relation.id, kind, (("field", key),)) for key in keys]

    def _write(self, update: _Update, merged: Merge) -> bool:
        """All at once; where Admin does not take it so, one by one."""
        written = dict(merged.agreed)
        settled = True
        groups = [tuple(merged.new)] if merged.new else []
        while groups:
            keys = groups.pop(0)
            match self._rewrite(update.relation.id, keys, merged):
                case FlagResult.WRITTEN | FlagResult.ALREADY:
                    written |= {key: merged.new[key] for key in keys}
                case FlagResult.REFUSED if len(keys) > 1:
                    groups += [(key,) for key in keys]
                case FlagResult.REFUSED:
                    settled &= self._refuse(update, keys[0])
                case FlagResult.GONE:
                    return True
        self._record(update, merged, list(written))
        return settled

    def _rewrite(self, relation_id: RelationId, keys: Sequence[str], merged: Merge) -> FlagResult:
        new = {key: merged.new[key] for key in keys}
        entry = self.session.begin("rewrite", relation=relation_id, fields=list(keys), values=new)
        result = self.session.admin.rewrite(relation_id, {key: merged.expected[key] for key in keys}, new)
        self.session.end(entry, done=result is FlagResult.WRITTEN)
        return result

    def _refuse(self, update: _Update, key: str) -> bool:
        """Changed in Admin meanwhile: looked at again by the next run. Else Admin can't take it, and a person has to."""
        self.outcome.counts["failed"] += 1
        now = self.session.renew(update.relation.id)
        if now is not None and profiles.stored(now, key) != profiles.stored(update.relation, key):
            return False
        todo = ToDo(
            f"{REFUSED}:{update.relation.id}:{key}",
            REFUSED,
            self.session.now(),
            update.relation.id,
            update.link.contact_id,
            {"field": key, "print": _print(update.relation, key)},
        )
        self.refused[todo.key] = todo
        return True

    def _record(self, update: _Update, merged: Merge, keys: Sequence[str]) -> None:
        """The link has what Admin has now, so that the push sends nothing back."""
        if not keys:
            return
        now = self.session.renew(update.relation.id)
        if now is None:
            return
        values = profiles.confirmed(now, keys, self.shape)
        link = replace(update.link, values={**update.link.values, **values})
        if EMAIL in values:
            address = str(values[EMAIL])
            link = replace(link, address=address, addresses=link.addresses | {link.address, address})
        self.session.state.links.save([link])
        self.outcome.counts["updated"] += any(key in merged.new for key in keys)

    def tell(self) -> None:
        """A value that Admin did not take stands until somebody has changed it there."""
        for todo in self.session.state.todos.open():
            relation = self.relations.get(todo.relation_id)
            if todo.kind == REFUSED and relation is not None and _print(relation, todo.data["field"]) == todo.data["print"]:
                self.refused.setdefault(todo.key, todo)
        self.outcome.todos += self.session.state.todos.replace((REFUSED,), self.refused.values(), self.session.now())


def _print(relation: Relation, key: str) -> str:
    """Tells whether a value is still the same, without keeping it."""
    return fingerprint(relation.id, {key: profiles.stored(relation, key)})
