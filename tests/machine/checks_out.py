"""Whoever said no is not written to: neither at that address, nor at one that the relation got since."""

from collections.abc import Iterator

from tests.machine.eligibility import eligible
from tests.machine.model import Model
from tests.machine.running import Done
from tests.machine.stage import Seen, Stage
from tests.machine.wire import Sent


def nobody_out_is_written(stage: Stage, model: Model, done: Done) -> Iterator[str]:
    """No create, change or import for an address whose person said no before this run began, and not yes since."""
    for sent in done.sent:
        for address in _addresses(sent, done.before):
            word = model.words.get(address)
            if word is None or not word.no or word.lost or word.at >= done.moment:
                continue
            if sent.kind in ("create", "put", "records") and not stage.setup.soap and address not in done.outs:
                continue  # nobody could tell us but Flexmail, by refusing it
            yield f"{sent.kind} for {address}, who said no ({word.how})"


def no_is_followed(stage: Stage, model: Model, done: Done) -> Iterator[str]:
    """Nobody who said no is mailed at another address either, until somebody says yes there."""
    moments = (done.before, done.during or done.before, done.after)
    for sent in done.sent:
        for address in _addresses(sent, done.before) if sent.kind in ("create", "put", "records") else ():
            rows = [row for seen in moments for row in eligible(stage, seen, address)]
            word = model.words.get(address)
            if rows and word is None and all(model.is_followed(row.number) for row in rows):
                yield f"{sent.kind} for {address}, whose relations {sorted({row.number for row in rows})} said no elsewhere"


def _addresses(sent: Sent, seen: Seen) -> Iterator[str]:
    """Whom a write is about, as far as it might mail them."""
    match sent.kind:
        case "create":
            yield sent.body["email"]
        case "records":
            yield from (record["email"] for record in sent.body)
        case "put":
            yield sent.body["email"]
            yield from _held(sent, seen)
        case "patch" | "give":
            yield from _held(sent, seen)


def _held(sent: Sent, seen: Seen) -> Iterator[str]:
    contact = seen.contacts.get(sent.contact or 0)
    if contact is not None:
        yield contact.email
