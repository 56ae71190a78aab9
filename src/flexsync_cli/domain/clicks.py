"""Which clicks become which communications. Pure; the day is Brussels', the clock is Flexmail's.

A day's first sight of a relation's clicks on a campaign becomes one communication, what comes after it on that day one more,
once the day is over and nothing can arrive late.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256

from flexsync_cli.domain.events import Click
from flexsync_cli.domain.model import RelationId
from flexsync_cli.domain.months import day_of

LATE = timedelta(hours=3)  # by which an event may arrive late; every reading goes back as far
REMEMBERED = timedelta(days=30)  # how long clicks are known beyond the window, for readings that go back
SCANNER_LINKS = 3
SCANNER_SPAN = timedelta(seconds=5)
FIRST, MORE = 1, 2


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a relation's day that its communications are about: nearly always the day.

    On the day on which a state began to know clicks it is this state's part of it (`life`): what was written before it
    began, by a state that was lost, is not known here, and its references must not be taken for ours.
    """

    day: date
    life: str = ""

    def __str__(self) -> str:
        return f"{self.day:%Y%m%d}-{self.life}" if self.life else f"{self.day:%Y%m%d}"

    @classmethod
    def parse(cls, text: str) -> "Part":
        """The inverse of `str`."""
        day, _, life = text.partition("-")
        return cls(date(int(day[:4]), int(day[4:6]), int(day[6:])), life)


@dataclass(frozen=True, slots=True)
class MatchedClick:
    """A click whose relation is known; `scanner` where no person made it, most likely."""

    relation_id: RelationId
    part: Part
    at: datetime
    url: str
    scanner: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A communication to be written: `number` is FIRST or MORE."""

    relation_id: RelationId
    part: Part
    number: int
    clicks: tuple[MatchedClick, ...]


@dataclass(slots=True)
class CampaignClicks:
    """What is remembered of one campaign, by its name.

    `seen` are the clicks that were counted, `passed` those from before clicks began, which only an explicit reading tells.
    `told` is the number of the last communication by part and relation, `waiting` what will be in the second one, `due` what
    is decided but may not be in Admin yet.
    """

    name: str = ""
    seen: set[str] = field(default_factory=set)
    passed: set[str] = field(default_factory=set)
    told: dict[tuple[Part, RelationId], int] = field(default_factory=dict)
    waiting: list[MatchedClick] = field(default_factory=list)
    due: list[Entry] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether something is still to be written."""
        return bool(self.waiting or self.due)


@dataclass(frozen=True, slots=True)
class ClickCounts:
    """Clicks seen for the first time; of them those of scanners, and those of nobody in Admin."""

    clicks: int = 0
    scanners: int = 0
    unmatched: int = 0


@dataclass(frozen=True, slots=True)
class Life:
    """Since when, and as what, this state knows clicks."""

    id: str
    born: datetime

    def part_of(self, moment: datetime, *, explicit: bool) -> Part:
        """The part that a click belongs to; `explicit` readings reach back before the state began."""
        day = day_of(moment)
        return Part(day, self.id if day == day_of(self.born) and not explicit else "")


@dataclass(frozen=True, slots=True)
class ClicksSight:
    """One reading: every click that Flexmail told of, and what is needed to judge them.

    `scanners` is "mark", "skip" or "keep"; `silent` where clicks begin with this reading; `explicit` where somebody asked for
    clicks from a certain moment on.
    """

    clicks: Sequence[Click]
    relation_of: Callable[[Click], RelationId | None]
    life: Life
    scanners: str = "mark"
    silent: bool = False
    explicit: bool = False


def decide(memory: CampaignClicks, sight: ClicksSight) -> ClickCounts:
    """Take the new clicks of a reading into memory: into communications that are due, or waiting for their day's end."""
    scanned = scanner_clicks(sight.clicks) if sight.scanners != "keep" else frozenset[str]()
    new = _new(memory, sight)
    if sight.silent:
        memory.passed |= new.keys()
        return ClickCounts()
    memory.seen |= new.keys()
    matched = {key: found for key, click in new.items() if (found := _match(click, sight, scanner=key in scanned))}
    skipped = scanned if sight.scanners == "skip" else frozenset[str]()
    _sort(memory, [click for key, click in matched.items() if key not in skipped])
    return ClickCounts(len(new), len(scanned & new.keys()), len(new) - len(matched))


def _match(click: Click, sight: ClicksSight, *, scanner: bool) -> MatchedClick | None:
    relation_id = sight.relation_of(click)
    if relation_id is None:
        return None
    part = sight.life.part_of(click.at, explicit=sight.explicit)
    return MatchedClick(relation_id, part, click.at, click.url or click.link_id, scanner)


def _sort(memory: CampaignClicks, clicks: Sequence[MatchedClick]) -> None:
    """Those of whom nothing was told in this part are told now, the others wait."""
    first = _grouped(click for click in clicks if (click.part, click.relation_id) not in memory.told)
    memory.waiting += [click for click in clicks if (click.part, click.relation_id) in memory.told]
    for (part, relation_id), theirs in first.items():
        _tell(memory, Entry(relation_id, part, FIRST, tuple(theirs)))


def _grouped(clicks: Iterable[MatchedClick]) -> dict[tuple[Part, RelationId], list[MatchedClick]]:
    groups: dict[tuple[Part, RelationId], list[MatchedClick]] = {}
    for click in sorted(clicks, key=lambda click: click.at):
        groups.setdefault((click.part, click.relation_id), []).append(click)
    return groups


def close(memory: CampaignClicks, now: datetime) -> None:
    """Of the days that are over, what came after the first communication; a third one there is not."""
    over = [click for click in memory.waiting if is_over(click.part.day, now)]
    memory.waiting = [click for click in memory.waiting if not is_over(click.part.day, now)]
    for (part, relation_id), clicks in _grouped(over).items():
        if memory.told.get((part, relation_id)) == FIRST:
            _tell(memory, Entry(relation_id, part, MORE, tuple(clicks)))


def forget(memory: CampaignClicks, before: datetime) -> None:
    """Drop what no reading can bring back."""
    memory.seen = {key for key in memory.seen if _stamp(key) >= before.timestamp()}
    memory.passed = {key for key in memory.passed if _stamp(key) >= before.timestamp()}
    memory.told = {at: number for at, number in memory.told.items() if at[0].day >= day_of(before)}


def is_over(day: date, now: datetime) -> bool:
    """Whether no click of that day can still arrive."""
    return day_of(now - LATE) > day


def scanner_clicks(clicks: Iterable[Click]) -> frozenset[str]:
    """The keys of those that a security scanner made: several links of a mail by one contact at once."""
    by_person: dict[str, list[Click]] = {}
    for click in sorted(clicks, key=lambda click: click.at):
        by_person.setdefault(person_of(click), []).append(click)
    return frozenset(click_key(click) for theirs in by_person.values() for click in _at_once(theirs))


def _at_once(clicks: Sequence[Click]) -> Iterable[Click]:
    """One person's clicks, by time: those within a span that has enough different links."""
    start = 0
    found: dict[int, Click] = {}
    for end, click in enumerate(clicks):
        while click.at - clicks[start].at > SCANNER_SPAN:
            start += 1
        window = range(start, end + 1)
        if len({link_of(clicks[index]) for index in window}) >= SCANNER_LINKS:
            found |= {index: clicks[index] for index in window}
    return found.values()


def person_of(click: Click) -> str:
    """The contact's id, else its address."""
    return str(click.contact_id or click.address)


def link_of(click: Click) -> str:
    """The link's id, else a short form of its address."""
    return click.link_id or sha256(click.url.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def click_key(click: Click) -> str:
    """By which a click is recognised: Flexmail gives events no id."""
    return f"{int(click.at.timestamp())} {person_of(click)} {link_of(click)}"


def _stamp(key: str) -> int:
    return int(key.partition(" ")[0])


def _new(memory: CampaignClicks, sight: ClicksSight) -> dict[str, Click]:
    known = memory.seen if sight.explicit else memory.seen | memory.passed
    ordered = sorted(sight.clicks, key=lambda click: click.at)
    return {key: click for click in ordered if (key := click_key(click)) not in known}


def _tell(memory: CampaignClicks, entry: Entry) -> None:
    memory.due.append(entry)
    memory.told[entry.part, entry.relation_id] = entry.number
