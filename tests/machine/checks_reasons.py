"""No write without a reason: Admin wants it, something differs since all was last seen to, and the values are Admin's."""

from collections.abc import Collection, Iterable, Iterator
from http import HTTPStatus
from typing import Any

from flexsync_cli.sandbox.model import Contact
from tests.machine.checks_interests import needless_give, needless_take
from tests.machine.eligibility import eligible
from tests.machine.model import OUT, Model
from tests.machine.running import Done
from tests.machine.setup import FIELD_KEY, LANGUAGE, LANGUAGES
from tests.machine.stage import Row, Stage
from tests.machine.wire import Sent

_ASKED_FOR = ("only", "retry", "approve", "consent")  # these do what a run left alone


def every_write_has_a_reason(stage: Stage, model: Model, done: Done) -> Iterator[str]:
    """What was written for nothing, or wrongly."""
    for sent in done.sent:
        if isinstance(sent.body, dict) and sent.body.get("resubscribe_blacklisted_contacts"):
            yield f"{sent.method} {sent.path} lifts blacklists"
        wrong = _unreasonable(stage, model, done, sent)
        if wrong:
            yield f"{sent.method} {sent.path} {sent.body}: {wrong}"


def _unreasonable(stage: Stage, model: Model, done: Done, sent: Sent) -> str:
    """Why a write should not have been made."""
    match sent.kind:
        case "create" | "put":
            about = model.known_as.get(sent.contact or 0, set()) | {sent.body["email"]}
            return _unwanted(stage, done, [sent.body["email"]]) or _needless(stage, model, done, sent.body, about, sent.contact)
        case "patch":
            about = model.known_as.get(sent.contact or 0, set())
            if sent.contact not in done.before.contacts:
                return ""
            return _unwanted(stage, done, about) or _needless(stage, model, done, sent.body, about, sent.contact)
        case "records":
            found = (_needless_record(stage, model, done, record) for record in sent.body)
            return next(filter(None, found), "")
        case "unsubscribe":
            return _wrong_leave(stage, model, done, sent)
        case "give":
            return needless_give(stage, model, done, sent)
        case "take":
            return needless_take(model, done, sent)
    return ""


def _unwanted(stage: Stage, done: Done, addresses: Collection[str]) -> str:
    """Nobody is to be mailed there, neither before the run nor after it."""
    if any(eligible(stage, seen, address) for seen in done.moments for address in addresses):
        return ""
    return f"nobody eligible has {sorted(addresses)}"


def _needless_record(stage: Stage, model: Model, done: Done, record: dict[str, Any]) -> str:
    contact = done.before.at(record["email"])
    about = {record["email"]} | (model.known_as[contact.id] if contact is not None else set())
    return _unwanted(stage, done, [record["email"]]) or _needless(
        stage, model, done, record, about, contact.id if contact is not None else None
    )


def _needless(
    stage: Stage, model: Model, done: Done, body: dict[str, Any], about: Collection[str], contact_id: int | None
) -> str:
    """Nothing differs since all was seen to; or what is sent is there already; or is not what Admin holds."""
    settled, before = model.settled, done.before
    contact = before.contacts.get(contact_id or 0)
    numbers = {number for address in about for number in model.had.get(address, ())}
    there = {each.id for each in before.contacts.values() if each.email in about} | {contact_id or 0}
    heard = any(model.words[address].at > settled.moment for address in about if address in model.words)
    if settled.rows is not None and done.run.calm and done.run.command not in _ASKED_FOR and not heard:
        stirred = settled.differs_there(there, before) or (model.renamed and _lacks_field(contact, body))
        if not stirred and not settled.differs(numbers, done.moments):
            return "nothing that it is about differs since all was seen to"
        moved = "email" in body and contact is not None and contact.email != body["email"]
        same_people = not settled.moved(numbers, done.moments)
        if contact is not None and not moved and not stirred and same_people:
            shown = _shown(contact, body)
            if len(shown) == len(_flat(body)):
                return "it changes nothing"
            if shown and "email" not in body:  # a PATCH
                return f"{shown} are there already"
    return _not_admins(stage, done, body, about, contact)


def _flat(body: dict[str, Any]) -> dict[str, str]:
    """The values that a write sends, without the address and what it is filed under."""
    flat = {**body, **body.get("custom_fields", {})}
    return {name: value or "" for name, value in flat.items() if name in ("name", "first_name", "language", FIELD_KEY)}


def _values(contact: Contact) -> dict[str, Any]:
    return {"name": contact.name, "first_name": contact.first_name, "language": contact.language, **contact.custom_fields}


def _lacks_field(contact: Contact | None, body: dict[str, Any]) -> bool:
    """Whether it has not the custom field's value, which may have waited until the field had its name again."""
    return contact is not None and FIELD_KEY in _flat(body) and FIELD_KEY not in _shown(contact, body)


def _shown(contact: Contact, body: dict[str, Any]) -> list[str]:
    held = _values(contact)
    return [name for name, value in _flat(body).items() if (held.get(name) or "") == value]


def _not_admins(stage: Stage, done: Done, body: dict[str, Any], about: Iterable[str], contact: Contact | None) -> str:
    """Each value is one of a relation's that is to be mailed there. A PUT keeps what it does not change, also of an import
    that was done meanwhile; and a contact on which an import was tried gets back what it had."""
    rows = [row for seen in done.moments for address in about for row in eligible(stage, seen, address)]
    keeps = "email" in body or (stage.setup.crowd and not stage.setup.keeps)
    held = [] if contact is None or not keeps else [_values(each) for each in (contact, done.after.contacts[contact.id])]
    if keeps and done.importing:
        held += [{**record, **record.get("custom_fields", {})} for record in stage.records(about)]
    of_admin = [_of_admin(row) for row in rows]
    for name, value in _flat(body).items():
        right = {each[name] for each in of_admin} | {each.get(name) or "" for each in held}
        if name == "language":
            right |= {LANGUAGE}  # of who has none that is known
        if value not in right:
            return f"{name} is {value!r}, and Admin has {sorted(right)}"
    return ""


def _of_admin(row: Row) -> dict[str, str]:
    return {
        "name": row.name.strip(),
        "first_name": row.first_name.strip(),
        "language": LANGUAGES.get(row.language, ""),
        FIELD_KEY: row.software,
    }


def _wrong_leave(stage: Stage, model: Model, done: Done, sent: Sent) -> str:
    contact = done.before.contacts.get(sent.contact or 0)
    if stage.setup.keep:
        return "who leaves is kept"
    if contact is None or sent.status == HTTPStatus.NOT_FOUND:  # it was not there any more: nothing came of it
        return ""
    if contact.state in OUT and (contact.id in model.told_out or model.is_known(contact.email)):
        return f"{contact.email} is out already, and it was known"
    # Persons change their own address in Flexmail, and staff merges: by that their contact is nobody else's.
    theirs = [address for address in model.known_as.get(contact.id, set()) | {contact.email} if model.had.get(address)]
    if not theirs:
        return f"no relation ever had {contact.email}"
    # Whoever swapped addresses with somebody who said no is not to be mailed either: the no follows its person.
    wanted = all(eligible(stage, seen, address) for seen in (done.before, done.after) for address in theirs)
    if wanted and not model.no_among(contact.email, done.after.rows):
        return f"{contact.email} is to be mailed"
    return ""
