"""What the mails have to tell, counted from what went over the wire and from what the persons did."""

from collections import Counter
from dataclasses import dataclass, field

from tests.machine.model import OUT, Model
from tests.machine.running import READING, Done
from tests.machine.wire import Sent

ADDED = "added to Flexmail"
UPDATED = "brought up to date"
REFUSED = "refused by Flexmail"
NOES = "unsubscribed or complained"
_INVALID = (400, 422)
_WRITES = ("create", "patch", "put")


@dataclass
class Telling:
    """`least` was seen from its begin to its end; `most` has also what was under way as a run was disturbed."""

    least: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)
    anew: bool = False  # something was lost
    mails: int = 0  # so many came before that, and are not judged
    before: Counter[str] = field(default_factory=Counter)  # what had been done by then
    communications: int = 0
    silent: int = 0  # who was unsubscribed and got nothing any more: Flexmail notes no event of it

    def begin(self, mails: int, before: Counter[str], imported: int) -> None:
        """What was told until now, or was not, is not judged; what an import under way does is told by nobody."""
        self.anew, self.mails, self.before = True, mails, before + Counter({ADDED: imported})
        self.least.clear()

    def note(self, done: Done, model: Model) -> None:
        """A run came to its end, or died."""
        self.communications += done.after.communications - done.before.communications
        if done.run.command in READING or done.observed:
            return
        for label, number in rewritten(done).items():
            self.least[label] += number if done.run.trouble.kind in ("none", "twin") else 0
        self.most[UPDATED] += len({sent.contact for sent in done.sent if sent.kind in ("patch", "put")})
        self.most[REFUSED] += sum(sent.kind in _WRITES and 400 <= sent.status < 500 for sent in done.sent)
        left = (done.before.contacts.get(sent.contact or 0) for sent in done.sent if sent.kind == "unsubscribe")
        self.silent += sum(contact is not None and contact.state in OUT for contact in left)
        if done.result is None:  # it may have heard some
            model.noes = 0
        elif done.finished("opt_outs"):
            self.least[NOES] += model.noes
            model.noes = 0


def rewritten(done: Done) -> Counter[str]:
    """How many contacts a run changed, and how many were refused for what they hold."""
    written = {sent.contact for sent in done.sent if sent.kind in ("patch", "put") and sent.took_place}
    # What is refused for a field that was renamed is done again without it, where anything is left of it.
    again = {_about(sent) for sent in done.sent if sent.took_place}
    refused = {
        _about(sent): sent.body.get("email", "")
        for sent in done.sent
        if sent.kind in _WRITES and sent.status in _INVALID and _about(sent) not in again and _fields(sent) <= done.after.fields
    }
    there = [done.before.at(address) for address in refused.values()]
    parked = sum(contact is None or contact.state not in OUT for contact in there)  # the others are out
    return Counter({UPDATED: len(written), REFUSED: parked})


def _about(sent: Sent) -> tuple[str, str]:
    """What a write is about: a contact, or a new one's address."""
    return sent.path, sent.body["email"] if sent.kind == "create" else ""


def _fields(sent: Sent) -> frozenset[str]:
    return frozenset(sent.body.get("custom_fields", ()))
