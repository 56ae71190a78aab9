"""No write to Admin without a reason: a person's yes ticks or adds, its profile rewrites, and nothing else of a row changes."""

from collections.abc import Iterator

from flexsync_cli.sandbox.model import Contact
from tests.machine.model import Model
from tests.machine.running import Done
from tests.machine.setup import FIELD_KEY, LANGUAGES
from tests.machine.stage import Row, Stage

_OFFICES = ("crm_type", "active", "interests")
_PERSONS = ("name", "first_name", "address", "language", "software")
_CONSENTS = (0, 2)  # recorded, or not to be recorded so


def every_write_to_admin_has_a_reason(stage: Stage, model: Model, done: Done) -> Iterator[str]:
    """What was written to a relation for nothing, or wrongly, in a run under which nobody else wrote."""
    if not done.run.calm:
        return
    for number in done.before.rows.keys() - done.after.rows.keys():
        yield f"relation {number} was deleted"
    for number, row in done.after.rows.items():
        old = done.before.rows.get(number)
        problems = _wrongly_added(stage, model, done, row) if old is None else _wrongly_changed(stage, model, done, old, row)
        for problem in problems:
            yield f"relation {number} {problem}"


def consent_is_recorded(stage: Stage, done: Done) -> Iterator[str]:
    """A consent that went well ends the outs of its address; it does nothing else, and never breaks."""
    if done.run.command != "consent" or done.result is None:
        return
    if done.result.code not in _CONSENTS:
        yield f"consent ended with {done.result.code}: {done.result.err}"
    # Neither side shows it until the relation is ticked again, which may never be.
    elif done.result.code == 0 and (done.run.where,) in stage.state("SELECT address FROM outs WHERE ended_at IS NULL"):
        yield f"{done.run.where} is out, after a consent"


def _both_ways(stage: Stage) -> bool:
    return stage.setup.opt_in and stage.setup.soap


def _wrongly_added(stage: Stage, model: Model, done: Done, row: Row) -> Iterator[str]:
    contact = done.before.at(row.address)
    if not _both_ways(stage) or contact is None:
        yield f"was added, {row.address}, and nobody asked for that"
        return
    if not _said_yes(model, model.known_as[contact.id], 0):
        yield f"was added, and nobody at {sorted(model.known_as[contact.id])} said yes"
    if not row.ticked or row.active is not True:
        yield "was added, and is not to be mailed"
    for name, value in _values(contact).items():
        if getattr(row, name) not in (value, row.address if name == "name" else value):
            yield f"was added, and its {name} is {getattr(row, name)!r}, not {value!r}"


def _wrongly_changed(stage: Stage, model: Model, done: Done, old: Row, row: Row) -> Iterator[str]:
    own = {address for address, numbers in model.had.items() if row.number in numbers}
    known = {contact: known for contact, known in model.known_as.items() if not own.isdisjoint(known)}
    if row.ticked and not old.ticked:
        addresses = own.union(*known.values())
        if not _both_ways(stage) or not _said_yes(model, addresses, model.deeds.unticked.get(row.number, 0)):
            yield f"was ticked, and nobody at {sorted(addresses)} said yes since it was unticked"
    yield from (f"has another {name}" for name in _OFFICES if getattr(row, name) != getattr(old, name))
    for name in _PERSONS:
        was, now = getattr(old, name), getattr(row, name)
        if was != now and not (_both_ways(stage) and _is_theirs(model, done, known, name, now)):
            yield f"has the {name} {now!r} in place of {was!r}, and no person gave it"


def _said_yes(model: Model, addresses: set[str], after: int) -> bool:
    words = [model.words[address] for address in addresses if address in model.words]
    return any(not word.no and word.at > after for word in words)


def _is_theirs(model: Model, done: Done, known: dict[int, set[str]], name: str, value: str) -> bool:
    """Whether a contact of the relation's has this value, which a person gave it; addresses the staff changes too."""
    changed = set(model.deeds.profiles) | model.deeds.forgotten | (model.deeds.moved if name == "address" else set())
    theirs = [done.before.contacts[each] for each in changed.intersection(known, done.before.contacts)]
    return any(value == {**_values(each), "address": each.email}[name] for each in theirs)


def _values(contact: Contact) -> dict[str, str]:
    """As Admin holds them."""
    codes = {theirs: ours for ours, theirs in LANGUAGES.items()}
    return {
        "name": contact.name,
        "first_name": contact.first_name,
        "language": codes.get(contact.language, ""),
        "software": str(contact.custom_fields.get(FIELD_KEY) or ""),
    }
