"""Whoever said no is not written to: neither at that address, nor at one that the relation got since."""

from collections.abc import Iterator

from flexsync_cli.errors import ExitCode
from flexsync_cli.sandbox.model import Contact
from tests.machine.eligibility import eligible
from tests.machine.model import OUT, Model
from tests.machine.running import READING, Done
from tests.machine.stage import Seen, Stage
from tests.machine.wire import Sent


def nobody_out_is_written(stage: Stage, model: Model, done: Done) -> Iterator[str]:
    """No create, change or import for an address whose person said no before this run began, and not yes since."""
    for sent in done.sent:
        for address in _addresses(sent, done.before):
            word = model.words.get(address)
            if word is None or not word.no or word.lost or word.at >= done.moment:
                continue
            if sent.kind in ("create", "put", "records") and not stage.setup.soap and not model.is_known(address):
                continue  # nobody could tell us but Flexmail, by refusing it
            yield f"{sent.kind} for {address}, who said no ({word.how})"


def nobody_told_out_is_written(model: Model, done: Done) -> Iterator[str]:
    """The same of whoever Flexmail had told us is out, be it unsubscribed by the office, blacklisted or bounced out, and still
    is: no tick, no edit and no command but the person's yes ends that. After a consent it is tried."""
    for sent in done.sent:
        for contact in _contacts(sent, done.before):
            word = model.words.get(contact.email)
            consented = word is not None and not word.no and word.how == "consent"
            still = all(seen.contacts[contact.id].state in OUT for seen in done.moments)
            if contact.id in model.told_out and still and not consented:
                yield f"{sent.kind} for {contact.email}, which was known to be {contact.state}"


def _contacts(sent: Sent, seen: Seen) -> Iterator[Contact]:
    """Those that Flexmail holds of whom a write is about."""
    found = map(seen.at, _addresses(sent, seen))
    yield from {contact.id: contact for contact in found if contact is not None}.values()


def no_is_followed(stage: Stage, model: Model, done: Done) -> Iterator[str]:
    """Nobody who said no is mailed at another address either, until somebody says yes there."""
    for sent in done.sent:
        for address in _addresses(sent, done.before) if sent.kind in ("create", "put", "records") else ():
            rows = [row for seen in done.moments for row in eligible(stage, seen, address)]
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


def learn(stage: Stage, model: Model, done: Done) -> None:
    """The noes that this run must have learnt, unless a person is to look first: they are known from now on."""
    took_in = done.run.calm and done.run.command not in READING and not done.observed and done.finished("opt_outs")
    if not took_in or done.result is None or done.result.code == ExitCode.GUARD:
        return
    told = told_out(done)
    for address, word in model.words.items():
        heard = stage.setup.soap and model.began is not None and word.at > model.began
        gone = not stage.setup.soap and done.listed and model.shown.is_gone(word.contact, address, done.moments)
        if word.no and word.at < done.moment and (heard or gone or word.contact in told):
            model.shown.noes[address] = done.moment


def told_out(done: Done) -> set[int]:
    """The contacts that flexsync knows to be out from this run on: it unsubscribed them, or read the states of all."""
    ours = {sent.contact or 0 for sent in done.sent if sent.kind == "unsubscribe" and sent.took_place}
    states = {
        number
        for number, contact in done.before.contacts.items()
        if done.read_states and all(seen.contacts[number].state in OUT for seen in done.moments)
    }
    return states | (ours if done.result is not None else set())
