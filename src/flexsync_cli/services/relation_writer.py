"""Writes relations for opt-ins: created once and linked at once, or ticked."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from flexsync_cli.domain.address import address_key
from flexsync_cli.domain.compare import Shape, desired
from flexsync_cli.domain.fields import same_loosely
from flexsync_cli.domain.model import FIELD, AddressKey, Contact, Link, LinkStatus, Relation, RelationId, Value
from flexsync_cli.domain.optin import AddRelation, OptInChange, TickRelation, linked_values
from flexsync_cli.domain.plan import Note, StepOutcome
from flexsync_cli.domain.profiles import admin_language, shown
from flexsync_cli.errors import AdminLoginRefused, AdminUnavailable, ExitCode, worst
from flexsync_cli.ports import FlagResult, NewRelation
from flexsync_cli.services.account import Account
from flexsync_cli.services.session import Session

# How old a reading of Admin may be when a relation is created by it: one reading serves many creations.
FRESH = timedelta(seconds=30)
# One relation that Admin does not take must not stop the others; several in a row are an outage.
PATIENCE = 3


class RelationWriter:
    """One call a change; counts into `outcome`."""

    def __init__(self, session: Session, outcome: StepOutcome) -> None:
        self.session = session
        self.outcome = outcome
        self.shape = Account(session).shape()
        self.read_at: datetime | None = None
        self.known: set[AddressKey | None] = set()
        self.languages: list[str] = []
        self.failures = 0

    def write(self, change: OptInChange) -> bool:
        """Whether nothing is left to do; else it is counted as failed. Raises AdminUnavailable where Admin is out."""
        self.session.stop.check()
        try:
            done = self._write(change)
        except AdminLoginRefused:
            raise
        except AdminUnavailable as error:
            self.failures += 1
            if self.failures >= PATIENCE:
                raise
            done = False
            self.outcome.error = str(error)
            self.outcome.exit_code = worst([ExitCode(self.outcome.exit_code), error.exit_code])
        else:
            self.failures = 0
        self.outcome.counts["failed"] += not done
        self.session.reporter.advance()
        return done

    def _write(self, change: OptInChange) -> bool:
        match change:
            case AddRelation():
                return self._add(change.contact, change.address)
            case TickRelation():
                return self._tick(change)
            case _:
                assert_never(change)

    def _tick(self, change: TickRelation) -> bool:
        entry = self.session.begin("tick", relations=[change.relation_id], address=change.address)
        try:
            result = self.session.admin.tick([change.relation_id])[change.relation_id]
        except AdminUnavailable:
            self.session.end(entry, done=False)
            raise
        self.session.end(entry, done=result is FlagResult.WRITTEN)
        self.session.renew(change.relation_id)
        self.outcome.counts["ticked"] += result is FlagResult.WRITTEN
        if result is FlagResult.REFUSED:
            self.session.reporter.warn(
                f"Admin keeps the newsletter unticked at {change.relation_id}; it is tried again each run"
            )
        return result is not FlagResult.REFUSED

    def _add(self, contact: Contact, address: AddressKey) -> bool:
        """One that Admin has meanwhile is left to the push, which links it."""
        if self._is_known(address):
            return True
        entry = self.session.begin("relation", contact=contact.id, address=address)
        try:
            relation_id = self._insert(contact, address)
        except AdminUnavailable:
            # It may be there for all that: the next run looks before it tries again.
            self.session.end(entry, done=False)
            raise
        self.known.add(address)
        relation = self.session.renew(relation_id)
        with self.session.state.transaction():
            self.session.state.links.save([self._link(contact, address, relation_id, relation)])
            self.session.end(entry, done=True)
        self.outcome.counts["added"] += 1
        return True

    def _is_known(self, address: AddressKey) -> bool:
        """Whether Admin has a relation with this address, by a reading of just now."""
        if self.read_at is None or self.session.now() - self.read_at > FRESH:
            relations = self.session.reread()
            self.known = {address_key(relation.email) for relation in relations}
            self.languages = sorted({relation.language for relation in relations if relation.language})
            self.read_at = self.session.now()
        return address in self.known

    def _insert(self, contact: Contact, address: AddressKey) -> RelationId:
        """Without the custom fields where one of them is what Admin does not take."""
        fields = self._fields(contact)
        try:
            return self.session.admin.add_relation(self._new(contact, address, fields))
        except AdminLoginRefused:
            raise
        except AdminUnavailable:
            self.read_at = None
            if not fields or self._is_known(address):
                raise
        relation_id = self.session.admin.add_relation(self._new(contact, address, {}))
        self.outcome.notes.append(Note(relation_id, "opt_in_without_fields"))
        return relation_id

    def _fields(self, contact: Contact) -> dict[str, Value]:
        values = shown(contact, self.shape).items()
        return {
            key.removeprefix(FIELD): value for key, value in values if key.startswith(FIELD) and value not in (None, "", ())
        }

    def _new(self, contact: Contact, address: AddressKey, fields: dict[str, Value]) -> NewRelation:
        """A relation needs a name: of who gave none it is the first name, else the address."""
        both = "first_name" not in self.session.settings.absent and contact.name
        return NewRelation(
            name=contact.name if both else f"{contact.name} {contact.first_name}".strip() or address,
            first_name=contact.first_name if both else "",
            email=address,
            language=admin_language(contact.language, self.session.settings.language_codes, self.languages),
            fields=fields,
            values=self.session.settings.opt_in_values,
        )

    def _link(self, contact: Contact, address: AddressKey, relation_id: RelationId, relation: Relation | None) -> Link:
        """Open, unless relations of this kind are not mailed by Admin: then it must not look like one that leaves."""
        selected = relation is not None and self.session.settings.rules.selects(relation)
        if not selected:
            self.session.reporter.warn(
                f"relation {relation_id} was created, but its CRM type is not one of sync.crm_types: change [opt_in.values]"
            )
        return new_link(contact, address, relation_id, relation, self.shape, self.session.now(), is_open=selected)


def new_link(
    contact: Contact,
    address: AddressKey,
    relation_id: RelationId,
    relation: Relation | None,
    shape: Shape,
    now: datetime,
    *,
    is_open: bool = True,
) -> Link:
    """The link of a relation that was made for a contact. A name that we made up is not sent there, nor is theirs a change."""
    values = {} if relation is None else linked_values(relation, contact, address, shape)
    if relation is not None:
        values["name"] = desired(relation, shape)[0]["name"]
    made_up = not same_loosely(values.get("name"), contact.name)
    return Link(
        contact.id,
        relation_id,
        address,
        now,
        status=LinkStatus.OPEN if is_open else LinkStatus.KEPT,
        values=values,
        shown={"name": contact.name} if made_up else {},
        addresses=frozenset({address}),
    )


def made_for(relations: Sequence[Relation], address: AddressKey) -> Relation | None:
    """The relation that an interrupted run made for this address, if it did: a ticked one first, else the last."""
    found = [relation for relation in relations if address_key(relation.email) == address]
    return next((relation for relation in found if relation.newsletter), found[-1] if found else None)
