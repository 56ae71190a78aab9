"""What must hold after each run, decided by the model and by what was seen of both sides; never by flexsync's own decisions."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from flexsync_cli.sandbox.model import Contact, Origin
from tests.machine.checks_interests import needless_give, needless_take
from tests.machine.checks_out import no_is_followed, nobody_out_is_written
from tests.machine.eligibility import eligible
from tests.machine.model import Model
from tests.machine.running import READING, Done
from tests.machine.stage import Stage
from tests.machine.wire import Sent

VERDICTS = ("created", "updated", "adopted", "unchanged", "shadowed", "out", "parked", "held", "waiting", "failed")
ENDED = (0, 1, 3, 7)  # exit codes of a run that came to its end
TRIED = (*ENDED, 4)
SPENT = 7  # the month's calls are


def check(stage: Stage, model: Model, done: Done) -> None:
    """All of them; AssertionError with what is wrong."""
    for problem in _problems(stage, model, done):
        raise AssertionError(problem)


def _problems(stage: Stage, model: Model, done: Done) -> Iterator[str]:
    yield from _ending(stage, done)
    yield from _nobody_revived(stage)
    yield from nobody_out_is_written(stage, model, done)
    yield from no_is_followed(stage, model, done)
    yield from _reasons(stage, model, done)
    yield from _ledger(done)
    yield from _budget(stage, model, done)
    yield from _sums(done)
    if done.run.calm:
        yield from _counts(stage, done)
        yield from _unticks(model, done)
        yield from _once_each(done)
        yield from _rate(stage, model, done)
    yield from _clicks_once(stage, model)


def _ending(stage: Stage, done: Done) -> Iterator[str]:
    if done.twin is not None and done.twin.code != 5:
        yield f"a second run beside the first ended with {done.twin.code}, not 5: {done.twin.err}"
    if done.result is None:
        return
    allowed = TRIED if done.run.trouble.kind in ("faults", "meanwhile") else ENDED
    nobody = done.run.command == "only" and done.result.code == 2  # nobody has the address
    if done.result.code not in allowed and not nobody and done.run.command not in ("approve", "consent"):
        yield f"it ended with {done.result.code}: {done.result.err}{done.result.out}"
    reads = done.run.command in READING or done.observed
    if reads and done.sent:
        yield f"a dry run wrote: {done.sent}"
    if reads and done.run.trouble.kind != "meanwhile":
        same = done.before.rows == done.after.rows if done.importing else done.before == done.after
        if not same:
            yield "a dry run changed something"


def _nobody_revived(stage: Stage) -> Iterator[str]:
    for contact_id, origin in stage.flexmail.store.revived:
        if origin is Origin.API:
            yield f"contact {contact_id} was made active again by us"


def _reasons(stage: Stage, model: Model, done: Done) -> Iterator[str]:
    for sent in done.sent:
        if isinstance(sent.body, dict) and sent.body.get("resubscribe_blacklisted_contacts"):
            yield f"{sent.method} {sent.path} lifts blacklists"
        wrong = _unreasonable(stage, model, done, sent)
        if wrong:
            yield f"{sent.method} {sent.path} {sent.body}: {wrong}"


def _unreasonable(stage: Stage, model: Model, done: Done, sent: Sent) -> str:
    """Why a write should not have been made."""
    contact = done.before.contacts.get(sent.contact or 0) or done.after.contacts.get(sent.contact or 0)
    match sent.kind:
        case "create":
            return "" if _wanted(stage, done, sent.body["email"]) else "nobody eligible has this address"
        case "records":
            return _needless_records(stage, model, done, sent)
        case "put":
            if contact is not None and contact.email == sent.body["email"] and not model.changed and done.run.calm:
                return "the address is the same"
            return "" if _wanted(stage, done, sent.body["email"]) else "nobody eligible has this address"
        case "patch":
            return _needless_patch(stage, model, done, sent)
        case "unsubscribe":
            return _wrong_leave(stage, model, done, sent)
        case "give":
            return needless_give(stage, model, done, sent)
        case "take":
            return needless_take(model, done, sent)
    return ""


def _wanted(stage: Stage, done: Done, address: str) -> bool:
    moments = (done.before, done.during or done.before, done.after)
    return any(eligible(stage, seen, address) for seen in moments)


def _needless_patch(stage: Stage, model: Model, done: Done, sent: Sent) -> str:
    contact = done.before.contacts.get(sent.contact or 0)
    if contact is None:
        return ""
    if not any(_wanted(stage, done, address) for address in model.known_as[contact.id]):
        return f"nobody eligible has {contact.email}"
    return "it changes nothing" if _is_same(contact, sent.body) and not model.changed else ""


def _needless_records(stage: Stage, model: Model, done: Done, sent: Sent) -> str:
    strangers = [record["email"] for record in sent.body if not _wanted(stage, done, record["email"])]
    if strangers:
        return f"nobody eligible has {strangers}"
    there = {record["email"]: done.before.at(record["email"]) for record in sent.body}
    same = [
        record["email"] for record in sent.body if (contact := there[record["email"]]) is not None and _is_same(contact, record)
    ]
    return f"it changes nothing of {same}" if same and not model.changed else ""


def _is_same(contact: Contact, body: dict[str, Any]) -> bool:
    flat = {**body, **body.get("custom_fields", {})}
    for name in ("custom_fields", "email", "sources"):
        flat.pop(name, None)
    held = {"name": contact.name, "first_name": contact.first_name, "language": contact.language, **contact.custom_fields}
    return all(held.get(name, "") == (value or "") for name, value in flat.items())


def _wrong_leave(stage: Stage, model: Model, done: Done, sent: Sent) -> str:
    contact = done.before.contacts.get(sent.contact or 0)
    if stage.setup.keep:
        return "who leaves is kept"
    if contact is None:
        return ""
    # Whoever swapped addresses with somebody who said no is not to be mailed either: the no follows its person.
    wanted = eligible(stage, done.before, contact.email) and eligible(stage, done.after, contact.email)
    if wanted and not model.no_among(contact.email, done.after.rows):
        return f"{contact.email} is to be mailed"
    if not model.had.get(contact.email):
        return f"no relation ever had {contact.email}"
    return ""


def _ledger(done: Done) -> Iterator[str]:
    before, after = done.ledgers
    noted, came = after - before, len(done.calls)
    if done.run.trouble.kind == "kill":
        if not came <= noted <= came + 1:
            yield f"the ledger has {noted} calls of a killed run, Flexmail {came}"
        return
    if noted != came:
        yield f"the ledger has {noted} calls of this run, Flexmail {came}"
    if done.document is not None and done.run.command != "consent":
        told = done.document["calls"]["rest"] + done.document["calls"]["soap"]
        if told != came:
            yield f"it tells {told} calls, Flexmail had {came}"


def _budget(stage: Stage, model: Model, done: Done) -> Iterator[str]:
    allowed = stage.calls_per_month
    if not allowed or model.ledger_lost:
        return
    begin = f"{stage.now():%Y-%m}"
    if f"{done.started:%Y-%m-%d}" <= f"{begin}-01" or stage.now().day >= 28:
        return  # Brussels' month may be another one
    used = stage.state(f"SELECT COUNT(*) FROM calls WHERE at >= '{begin}-01'")[0][0] - len(done.calls)
    for number, call in enumerate(done.calls):
        if call.write and used + number >= allowed:
            yield f"{call.operation} was call {used + number + 1} of a month of {allowed}"


def _sums(done: Done) -> Iterator[str]:
    counts = done.counts("push")
    if counts and counts["selected"] != sum(counts[name] for name in VERDICTS):
        yield f"selected is not the sum of the verdicts: {dict(counts)}"


def _counts(stage: Stage, done: Done) -> Iterator[str]:
    """What it tells, against what was seen."""
    if done.document is None or done.run.command in READING or done.observed:
        return
    kinds = Counter(sent.kind for sent in done.sent if sent.took_place)
    left = sum(sent.kind == "unsubscribe" and sent.status in (204, 404) for sent in done.sent)  # 404: deleted there meanwhile
    new = set(done.after.contacts) - set(done.before.contacts)
    push, outs = done.counts("push"), done.counts("opt_outs")
    # Where Flexmail's answer to a create names nobody, who it is is asked by one more call. If that one is over the budget, the
    # next run finds it and tells it.
    untold = bool(stage.setup.strict and done.result and done.result.code == SPENT and len(new) == push["created"] + 1)
    told = {
        "created": (push["created"], len(new) - untold) if not done.importing else (0, 0),
        "left": (push["left"], left) if not stage.setup.keep else (0, 0),
        "interests given": (done.counts("interests")["subscribed"], kinds["give"]),
        "interests taken": (done.counts("interests")["unsubscribed"], kinds["take"]),
        "communications": (done.counts("clicks")["communications"], done.after.communications - done.before.communications),
        "relations added": (done.counts("contacts")["added"], len(done.after.rows) - len(done.before.rows)),
        # Who said no, and yes again, is unticked and ticked.
        "relations more that are ticked": (
            done.counts("contacts")["ticked"] - outs["unticked"] - done.counts("bounces")["unticked"],
            flags(done, ticked=True) - flags(done, ticked=False),
        ),
    }
    for name, (said, was) in told.items():
        if said != was:
            yield f"it tells {said} {name}; it was {was}"


def flags(done: Done, *, ticked: bool) -> int:
    """How many newsletter flags became so."""
    before, after = done.before.rows, done.after.rows
    return sum(
        row.ticked is ticked and before[row.number].ticked is not ticked for row in after.values() if row.number in before
    )


def _unticks(model: Model, done: Done) -> Iterator[str]:
    """A flag is taken away from nobody but who said no, or was lost, at an address of the relation's."""
    said = model.refused | model.undelivered
    for row in done.after.rows.values():
        before = done.before.rows.get(row.number)
        if before is not None and before.ticked and not row.ticked:
            addresses = {address for address, numbers in model.had.items() if row.number in numbers}
            if addresses.isdisjoint(said):
                yield f"relation {row.number} was unticked, and nobody at {sorted(addresses)} said no"


def _once_each(done: Done) -> Iterator[str]:
    written = Counter(sent.contact for sent in done.sent if sent.took_place and sent.kind in ("patch", "put"))
    for contact, times in written.items():
        if times > 1:
            yield f"contact {contact} was written {times} times"


def _rate(stage: Stage, model: Model, done: Done) -> Iterator[str]:
    if stage.setup.limited and not model.ledger_lost and any(call.status == 429 for call in done.calls):
        yield "it was told that there were too many calls"


def _clicks_once(stage: Stage, model: Model) -> Iterator[str]:
    if not model.clicks:
        return
    texts = [row[0] for row in stage.world.sql("SELECT TEXT FROM COMMUNICATION")]
    for click in model.clicks:
        times = sum(click.url in text.split() or f"{click.url}\n" in f"{text}\n" for text in texts)
        if times > 1:
            yield f"the click on {click.url} is in {times} communications"


def check_nothing_more(done: Done, again: Done) -> None:
    """The second run of two found nothing to do."""
    if again.sent:
        raise AssertionError(f"a run right after a run wrote {again.sent}")
    if again.before.rows != again.after.rows or again.before.communications != again.after.communications:
        raise AssertionError("a run right after a run changed Admin")
