"""What must hold after each run, decided by the model and by what was seen of both sides; never by flexsync's own decisions."""

from collections import Counter
from collections.abc import Iterator

from flexsync_cli.sandbox.model import Origin
from tests.machine.checks_admin import consent_is_recorded, every_write_to_admin_has_a_reason
from tests.machine.checks_clicks import clicks_are_filed
from tests.machine.checks_limits import budget_is_kept, ledger_is_true, rate_is_kept
from tests.machine.checks_out import no_is_followed, nobody_out_is_written, nobody_told_out_is_written
from tests.machine.checks_reasons import every_write_has_a_reason
from tests.machine.eligibility import is_eligible, is_selected
from tests.machine.model import Model
from tests.machine.running import READING, Done
from tests.machine.stage import Stage
from tests.machine.telling import REFUSED, UPDATED, rewritten

VERDICTS = ("created", "updated", "adopted", "unchanged", "shadowed", "out", "parked", "held", "waiting", "failed")
ENDED = (0, 1, 3, 7)  # exit codes of a run that came to its end
TRIED = (*ENDED, 4)
REFUSED_ALL = 3  # by the guard
SPENT = 7  # the month's calls are


def check(stage: Stage, model: Model, done: Done) -> None:
    """All of them; AssertionError with what is wrong."""
    for problem in _problems(stage, model, done):
        raise AssertionError(problem)


def _problems(stage: Stage, model: Model, done: Done) -> Iterator[str]:
    yield from _ending(stage, done)
    yield from _nobody_revived(stage)
    yield from nobody_out_is_written(stage, model, done)
    yield from nobody_told_out_is_written(model, done)
    yield from no_is_followed(stage, model, done)
    yield from every_write_has_a_reason(stage, model, done)
    yield from every_write_to_admin_has_a_reason(stage, model, done)
    yield from consent_is_recorded(stage, done)
    yield from ledger_is_true(done)
    yield from budget_is_kept(stage, model, done)
    yield from _sums(done)
    if done.run.trouble.kind not in ("faults", "meanwhile"):  # an act holds up a call by the worlds' clock only
        yield from rate_is_kept(stage, done)
    if done.run.calm:
        yield from _counts(stage, model, done)
        yield from _unticks(model, done)
        yield from _once_each(done)
    yield from clicks_are_filed(stage, model, done)


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


def _sums(done: Done) -> Iterator[str]:
    counts = done.counts("push")
    if counts and counts["selected"] != sum(counts[name] for name in VERDICTS):
        yield f"selected is not the sum of the verdicts: {dict(counts)}"


def _counts(stage: Stage, model: Model, done: Done) -> Iterator[str]:
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
    # What a killed run wrote is found by the next one, and told by it.
    told_of_clicks = done.counts("clicks")["communications"]
    written = done.after.communications - done.before.communications
    told = {
        "created": (push["created"], len(new) - untold) if not done.importing else (0, 0),
        "left": (push["left"], left) if not stage.setup.keep else (0, 0),
        "interests given": (done.counts("interests")["subscribed"], kinds["give"]),
        "interests taken": (done.counts("interests")["unsubscribed"], kinds["take"]),
        "communications": (told_of_clicks, min(max(told_of_clicks, written), written + model.untold)),
        "relations added": (done.counts("contacts")["added"], len(done.after.rows) - len(done.before.rows)),
        # Who said no, and yes again, is unticked and ticked.
        "relations more that are ticked": (
            done.counts("contacts")["ticked"] - outs["unticked"] - done.counts("bounces")["unticked"],
            flags(done, ticked=True) - flags(done, ticked=False),
        ),
    }
    if not stage.setup.crowd:
        rewrites = rewritten(done)
        told["updated"] = push["updated"], rewrites[UPDATED]
        if push["newly_parked"] < rewrites[REFUSED]:
            yield f"it tells {push['newly_parked']} refused; it was {rewrites[REFUSED]}"
    if done.run.command in ("run", "push", "retry") and done.finished("push"):
        selected = [row for row in done.after.rows.values() if is_selected(stage, row)]
        # Who is refused as blacklisted is unticked afterwards.
        once = {row.number for row in (*done.before.rows.values(), *selected) if is_selected(stage, row)}
        if not len(selected) <= push["selected"] <= len(once):
            yield f"it tells {push['selected']} selected; it was {len(once)}, and {len(selected)} afterwards"
        if not model.tainted and done.result is not None and done.result.code != REFUSED_ALL:
            told["held"] = push["held"], sum(not is_eligible(stage, row) for row in selected)
    for name, (said, was) in told.items():
        if said != was:
            yield f"it tells {said} {name}; it was {was}"


def flags(done: Done, *, ticked: bool) -> int:
    """How many newsletter flags became so."""
    return sum(
        row.ticked is ticked and row.number in before.rows and before.rows[row.number].ticked is not ticked
        for before, after in done.spans
        for row in after.rows.values()
    )


def _unticks(model: Model, done: Done) -> Iterator[str]:
    """A flag is taken away from nobody but who said no, or was lost, at an address of the relation's."""
    said = model.refused | model.undelivered | model.orphaned
    for row in done.after.rows.values():
        before = done.before.rows.get(row.number)
        if before is not None and before.ticked and not row.ticked:
            own = {address for address, numbers in model.had.items() if row.number in numbers}
            # Whoever was merged with somebody speaks for both.
            addresses = own.union(*(known for known in model.known_as.values() if not own.isdisjoint(known)))
            if addresses.isdisjoint(said):
                yield f"relation {row.number} was unticked, and nobody at {sorted(addresses)} said no"


def _once_each(done: Done) -> Iterator[str]:
    written = Counter(sent.contact for sent in done.sent if sent.took_place and sent.kind in ("patch", "put"))
    for contact, times in written.items():
        if times > 1:
            yield f"contact {contact} was written {times} times"


def check_nothing_more(done: Done, again: Done) -> None:
    """The second run of two found nothing to do, unless it alone read Flexmail's contacts: where nobody is linked any more."""
    if again.listed and not done.listed:
        return
    asked_anew = done.run.command in ("only", "retry")  # for what was refused, whatever it was refused for
    if sent := [each for each in again.sent if each.took_place or not asked_anew]:
        raise AssertionError(f"a run right after a run wrote {sent}")
    if again.before.rows != again.after.rows or again.before.communications != again.after.communications:
        raise AssertionError("a run right after a run changed Admin")
