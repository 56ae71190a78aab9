"""What must hold at the end of a history, once nothing goes wrong any more and every plan was approved."""

from collections.abc import Iterator

from flexsync_cli.sandbox.model import Contact, State
from tests.machine.eligibility import eligible, is_eligible, is_selected
from tests.machine.ending_admin import lost_for_admin
from tests.machine.model import Model
from tests.machine.setup import FIELD_KEY, LANGUAGES
from tests.machine.stage import Row, Seen, Stage

HARD = "5"  # the first digit of a bounce's code


def check_end(stage: Stage, model: Model, seen: Seen) -> None:
    """Everybody who is to be mailed is, with the right values; whoever said no is not, and is unticked."""
    for problem in (
        *_missing(stage, model, seen),
        *_left_over(stage, model, seen),
        *_still_ticked(stage, model, seen),
        *_unwritten(stage, model, seen),
        *lost_for_admin(stage, model, seen),
    ):
        raise AssertionError(f"at the end: {problem}")


def _missing(stage: Stage, model: Model, seen: Seen) -> Iterator[str]:
    for address in sorted({row.address for row in seen.rows.values() if is_eligible(stage, row)}):
        if model.is_tainted(address, seen.rows):
            continue
        contact = seen.at(address)
        if contact is None or contact.state is not State.ACTIVE:
            yield f"{address} is to be mailed, and is {'not there' if contact is None else contact.state}"
        elif address not in model.values_touched:
            rows = eligible(stage, seen, address)
            wrong = [_differences(stage, row, contact, seen) for row in rows]
            if all(wrong):
                yield f"{address} has wrong values: {wrong}"


def _left_over(stage: Stage, model: Model, seen: Seen) -> Iterator[str]:
    """Contacts that are still mailed, though the office wants it no more."""
    for contact in seen.contacts.values():
        address = contact.email
        if stage.setup.keep or contact.state is not State.ACTIVE or model.is_tainted(address, seen.rows):
            continue
        rows = [seen.rows[number] for number in model.had.get(address, set()) if number in seen.rows]
        if any(row.address == address and is_selected(stage, row) for row in seen.rows.values()):
            continue
        if any("@" not in row.address or row.active is None or model.is_tainted(row.address, seen.rows) for row in rows):
            continue  # a relation without an address that is sent to stays as it is
        if contact.id in model.made or any(row.address == address for row in seen.rows.values()):
            yield f"{address} is still mailed, and nobody of {[row.number for row in rows]} wants that"


def _differences(stage: Stage, row: Row, contact: Contact, seen: Seen) -> str:
    names = {"name": row.name.strip(), "first_name": row.first_name.strip()}
    names["language"] = LANGUAGES.get(row.language, "")
    wrong = [
        f"{name} is {getattr(contact, name)!r}, not {value!r}"
        for name, value in names.items()
        if value != getattr(contact, name) and value
    ]
    fields = contact.custom_fields
    known = {field.placeholder for field in stage.flexmail.store.custom_fields.values()}
    if FIELD_KEY in known and row.software and fields.get(FIELD_KEY) != row.software:
        wrong.append(f"{FIELD_KEY} is {fields.get(FIELD_KEY)!r}, not {row.software!r}")
    given = {seen.interests[each] for each in contact.interests}
    if stage.setup.interests and not row.interests <= given:
        wrong.append(f"its interests are {given}, not {set(row.interests)}")
    return ", ".join(wrong)


def _still_ticked(stage: Stage, model: Model, seen: Seen) -> Iterator[str]:
    for row in seen.rows.values():
        word = model.words.get(row.address)
        if word is None or not word.no or word.lost or not row.ticked:
            continue
        if not stage.setup.soap and (not model.is_known(row.address) or row.address in model.may_have_left):
            continue  # no run was shown that it is gone; or not who did it
        if _is_taken_for_a_bounce(model, row.address):
            continue
        if model.touched.get(row.number, 0) <= word.at:
            yield f"relation {row.number} is ticked, and {row.address} said no ({word.how})"


def _is_taken_for_a_bounce(model: Model, address: str) -> bool:
    """Blacklisted before this state began, where a hard bounce is known: of what he said there is only that left."""
    word = model.words[address]
    bounced = any(at == address and kind == HARD for _, kind, at in model.bounces)
    return bounced and word.how == "complaint" and model.began is not None and word.at < model.began


def _unwritten(stage: Stage, model: Model, seen: Seen) -> Iterator[str]:
    """Clicks of people whose relation was there all the time, which nobody wrote down."""
    texts = "\n".join(row[0] for row in stage.world.sql("SELECT TEXT FROM COMMUNICATION"))
    for click in model.clicks:
        rows = eligible(stage, seen, click.address)
        settled = any(model.touched.get(row.number, 0) < click.at for row in rows) and click.address not in model.tainted
        if click.demanded and settled and click.url not in texts:
            yield f"the click on {click.url} by {click.address} is in no communication"
