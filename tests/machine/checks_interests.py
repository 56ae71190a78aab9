"""Why an interest was given or taken: Admin says so, and the person has not said otherwise since."""

from tests.machine.eligibility import eligible
from tests.machine.model import Model
from tests.machine.running import Done
from tests.machine.stage import Stage
from tests.machine.wire import Sent


def needless_give(stage: Stage, model: Model, done: Done, sent: Sent) -> str:
    """Only what the relation has in Admin is given, and not what the person dropped."""
    contact, interest = sent.contact or 0, str(sent.body["interest_id"])
    name = done.after.interests.get(interest, "")
    moments = (done.before, done.during or done.before, done.after)
    rows = [row for seen in moments for address in model.known_as.get(contact, ()) for row in eligible(stage, seen, address)]
    givers = {row.number for row in rows if name in row.interests}
    if not givers:
        return f"nobody eligible has the interest {name}"
    dropped = model.dropped.get((contact, interest))
    touched = max(max(model.interests_touched.get(each, 0), model.touched.get(each, 0)) for each in givers)
    if dropped is None or touched > dropped:
        return ""
    return f"the person dropped the interest {name}"


def needless_take(model: Model, done: Done, sent: Sent) -> str:
    """Only what Admin had is taken."""
    name = done.after.interests.get(sent.path.rpartition("/")[2], "")
    numbers = {number for address in model.known_as.get(sent.contact or 0, ()) for number in model.had.get(address, ())}
    if any((number, name) in model.had_interest for number in numbers):
        return ""
    return f"Admin never had the interest {name} for it"
