"""What the office's mails told, added up, against what was seen of both sides."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flexsync_cli.sandbox.mailbox import Mailbox
from flexsync_cli.sandbox.model import EventKind, Origin
from tests.machine.model import Model
from tests.machine.stage import Stage
from tests.machine.telling import ADDED, NOES, REFUSED, UPDATED, Telling

LEFT = "unsubscribed, because Admin no longer mails them"
WRITTEN = "communications written in Admin"
ENTERED = "relations added to Admin"
CLICKS = "clicks"
_NUMBER = re.compile(r"^ *([\d,]+)  (.+)$", re.MULTILINE)
_STANDING = re.compile(r"^Where everybody stands\n=+\n(.*?)^ *([\d,]+)  Total$", re.MULTILINE | re.DOTALL)
_PERSON = re.compile(r"^    (\S+@\S+)$", re.MULTILINE)
_BOUNCED = ("undeliverable", "temporarily not delivered", "came back, reason unknown")


def check_mails(stage: Stage, model: Model, telling: Telling, box: Mailbox) -> None:
    """Nothing was told twice, nothing never, since something was last lost; what was before that may be told again. A mail that
    came twice, for its sender was killed before it could note that it had gone, is one mail: it has one Message-ID."""
    if not stage.setup.mailed or model.observed:  # what it would have done is told with what it did
        return
    read = [_read(each.path.with_suffix(".eml")) for each in box.mails]
    first = {str(mail["Message-ID"]): number for number, mail in reversed([*enumerate(read)])}
    mails = [read[number] for number in sorted(first.values()) if number >= telling.mails]
    told = told_together(mails)
    for problem in (*_wrong_standing(mails), *_wrong_numbers(stage, model, telling, told), *_wrong_bounces(model, told, mails)):
        raise AssertionError(f"the mails together: {problem}")


def _read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return "" if body is None else "\n".join(str(body.get_content()).splitlines())


def told_together(mails: Sequence[EmailMessage]) -> Counter[str]:
    """What was done, added up by the words of the mails."""
    told: Counter[str] = Counter()
    for mail in mails:
        done, _, _ = _text(mail).partition("\nCalls to Flexmail\n")
        told += _numbers(_STANDING.sub("", done))
    return told


def _numbers(text: str) -> Counter[str]:
    told: Counter[str] = Counter()
    for number, label in _NUMBER.findall(text):
        told[label] += _int(number)
    return told


def _int(number: str) -> int:
    return int(number.replace(",", ""))


def _wrong_standing(mails: Sequence[EmailMessage]) -> Iterator[str]:
    """Each mail says where everybody stands, each once."""
    for mail in mails:
        for verdicts, total in _STANDING.findall(_text(mail)):
            if _numbers(verdicts).total() != _int(total):
                yield f"of {total} that are ticked it says where {_numbers(verdicts).total()} stand"


def _wrong_numbers(stage: Stage, model: Model, telling: Telling, told: Counter[str]) -> Iterator[str]:
    done = so_far(stage, model, telling)
    least = done - telling.before
    exact = (ADDED, WRITTEN, ENTERED) if model.lost_contacts else (ADDED, WRITTEN, ENTERED, LEFT)
    more = {ADDED: model.overtaken, LEFT: telling.silent}  # some came by themselves, before an import of theirs
    less = {ADDED: model.vanished}
    for label in exact:
        if not least[label] - less.get(label, 0) <= told[label] <= done[label] + more.get(label, 0):
            yield f"{told[label]} {label}; it was {done[label]}, and {least[label]} since something was lost"
    flags = told["newsletter flags ticked in Admin"] - told["newsletter flags unticked in Admin"]
    if not telling.anew and flags != model.flags:
        yield f"{flags} flags more that are ticked; it was {model.flags}"
    yield from _out_of_bounds(stage, model, telling, told)


def so_far(stage: Stage, model: Model, telling: Telling) -> Counter[str]:
    """What was done until now, by the words of the mails."""
    events = _events(stage)
    texts = {word for text in stage.world.sql("SELECT TEXT FROM COMMUNICATION") for word in text[0].split()}
    return Counter(
        {
            ADDED: events[EventKind.SUBSCRIPTION, Origin.API],
            LEFT: events[EventKind.UNSUBSCRIPTION, Origin.API],
            WRITTEN: telling.communications,
            ENTERED: model.added,
            CLICKS: sum(click.url in texts for click in model.clicks),
        }
    )


def _events(stage: Stage) -> Counter[tuple[EventKind, Origin]]:
    return Counter((event.kind, event.origin) for event in stage.flexmail.store.events)


def _out_of_bounds(stage: Stage, model: Model, telling: Telling, told: Counter[str]) -> Iterator[str]:
    """What is told once, if it was there to be told: not all is, where some came before the first run, or a run died."""
    least, most = telling.least.copy(), telling.most.copy()
    events = _events(stage)
    most[NOES] = events[EventKind.UNSUBSCRIPTION, Origin.PERSON] + events[EventKind.UNSUBSCRIPTION, Origin.STAFF]
    if not stage.setup.soap:
        del least[NOES]
    least[CLICKS] = (so_far(stage, model, telling) - telling.before)[CLICKS]
    most[CLICKS] = len(model.clicks)
    for label in (NOES, CLICKS, REFUSED) if stage.setup.crowd else (NOES, CLICKS, REFUSED, UPDATED):  # imports update, too
        if not least[label] <= told[label] <= most[label]:
            yield f"{told[label]} {label}; there were {most[label]}, of which {least[label]} were there to be told"


def _wrong_bounces(model: Model, told: Counter[str], mails: Sequence[EmailMessage]) -> Iterator[str]:
    total = sum(told[label] for label in _BOUNCED)
    demanded = {bounce for bounce, demanded in model.bounces.items() if demanded}
    if not len(demanded) <= total <= len(model.bounces):
        yield f"{total} bounces; it was {len(model.bounces)}, of which {len(demanded)} were there to be told"
    # Whoever has another address by now is told of by that one.
    kinds = Counter(each for contact, _, address in model.bounces for each in model.known_as.get(contact, set()) | {address})
    for address, times in Counter(found for mail in mails for found in _PERSON.findall(_text(mail))).items():
        if times > kinds[address]:
            yield f"{times} bounces of {address}; it was {kinds[address]}"
