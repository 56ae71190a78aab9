"""What must have come to Admin at the end: a yes, a changed name, a wrong address; unless the office did otherwise since."""

from collections.abc import Iterator

from flexsync_cli.sandbox.model import State
from tests.machine.deeds import Profile
from tests.machine.eligibility import is_eligible
from tests.machine.model import Model
from tests.machine.stage import Row, Seen, Stage


def lost_for_admin(stage: Stage, model: Model, seen: Seen) -> Iterator[str]:
    """What Flexmail told since this state began, and Admin has not."""
    if not stage.setup.soap or model.began is None:
        return
    since = max(model.began, model.deeds.excused)
    if stage.setup.opt_in and model.deeds.listens is not None:
        listens = max(since, model.deeds.listens)
        yield from _lost_yeses(stage, model, seen, listens)
        yield from _lost_profiles(stage, model, seen, listens)
    yield from _lost_blocks(model, seen)
    if stage.setup.untick_hard:
        bad = {address: at for address, at in model.deeds.bad.items() if at > since}
        yield from _ticked_since(model, seen, bad, "is wrong")


def _lost_yeses(stage: Stage, model: Model, seen: Seen, since: int) -> Iterator[str]:
    """Who subscribed and is still active, is ticked or a to-do."""
    todos = stage.state("SELECT relation_id, contact_id FROM todos WHERE settled_at IS NULL")
    for address, (contact_id, at) in model.deeds.opted_in.items():
        if at <= since or model.words[address].no or seen.contacts[contact_id].state is not State.ACTIVE:
            continue
        numbers = _numbers(model, contact_id)
        ticked = any(seen.rows[each].ticked for each in numbers & seen.rows.keys())
        told = any(contact == contact_id or int(relation or 0) in numbers for relation, contact in todos)
        if not ticked and not told and all(model.deeds.edited.get(each, 0) < at for each in numbers):
            yield f"{address} subscribed, and is neither ticked nor a to-do"


def _lost_profiles(stage: Stage, model: Model, seen: Seen, since: int) -> Iterator[str]:
    """Whose relation was in step when it changed its data, and was not touched since, has them in Admin."""
    todos = {relation for (relation,) in stage.state("SELECT relation_id FROM todos WHERE settled_at IS NULL")}
    for profile in model.deeds.profiles.values():
        row = _only_row(stage, model, seen, profile)
        if row is None or profile.agreed < since or f"{row.number}" in todos:
            continue
        if (row.name, row.address) != (profile.name, seen.contacts[profile.contact].email):
            yield f"relation {row.number} is {row.name!r}, {row.address}, and its person said {profile.name!r}"


def _only_row(stage: Stage, model: Model, seen: Seen, profile: Profile) -> Row | None:
    """The one relation that ever had an address of this person's, if it and they were mailed all the time."""
    numbers = _numbers(model, profile.contact)
    row = seen.rows.get(min(numbers, default=0))
    lost = model.refused | model.undelivered | model.left | model.may_have_left | model.orphaned
    if row is None or len(numbers) > 1 or not is_eligible(stage, row) or not lost.isdisjoint(model.known_as[profile.contact]):
        return None
    active = seen.contacts[profile.contact].state is State.ACTIVE
    return row if active and model.deeds.edited.get(row.number, 0) < profile.agreed else None


def _numbers(model: Model, contact_id: int) -> set[int]:
    return {number for address in model.known_as[contact_id] for number in model.had.get(address, ())}


def _lost_blocks(model: Model, seen: Seen) -> Iterator[str]:
    """Who was blacklisted by the staff, and did not bounce, is unticked."""
    bounced = {address for _, _, address in model.bounces}
    still = {each.email for each in seen.contacts.values() if each.state is State.BLACKLISTED}
    blocked = {address: at for address, at in model.deeds.blocked.items() if address in still - bounced}
    yield from _ticked_since(model, seen, blocked, "is blacklisted")


def _ticked_since(model: Model, seen: Seen, lost: dict[str, int], why: str) -> Iterator[str]:
    """Those that are ticked though nobody ticked them since, nor said yes."""
    for row in seen.rows.values():
        at, word = lost.get(row.address), model.words.get(row.address)
        if at is None or not row.ticked or (word is not None and not word.no and word.at > at):
            continue
        if model.touched.get(row.number, 0) <= at:
            yield f"relation {row.number} is ticked, and {row.address} {why}"
