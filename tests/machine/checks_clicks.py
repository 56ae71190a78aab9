"""Where a click is written down: once, at the relation of whoever clicked."""

from collections.abc import Iterator

from tests.machine.eligibility import eligible
from tests.machine.model import Click, Model
from tests.machine.running import Done
from tests.machine.stage import Stage


def clicks_are_filed(stage: Stage, model: Model, done: Done) -> Iterator[str]:
    """Each is in one communication at most, and at the right relation when it is written."""
    if not model.clicks:
        return
    written = stage.world.sql("SELECT CUSTOMER_ID, TEXT FROM COMMUNICATION")
    for click in model.clicks:
        at = [number for number, text in written if click.url in text.split()]
        if len(at) > 1:
            yield f"the click on {click.url} is in {len(at)} communications"
        right = _relations(stage, model, done, click) if at and click.url not in model.filed else set(at)
        if not right.issuperset(at):
            yield f"the click on {click.url} by {click.address} is at relation {at[0]}, not at one of {sorted(right)}"
        model.filed |= {click.url} if at else set()


def _relations(stage: Stage, model: Model, done: Done, click: Click) -> set[int]:
    """All that ever had an address of the person's; where nothing is being changed, only those that are to be mailed there."""
    numbers = {number for address in model.known_as[click.contact] for number in model.had.get(address, ())}
    mailed = {row.number for row in eligible(stage, done.before, click.address)}
    in_step = all(model.deeds.edited.get(each, 0) < model.well_at for each in numbers)
    is_plain = in_step and not model.is_tainted(click.address, done.before.rows)
    return mailed if mailed and is_plain else numbers
