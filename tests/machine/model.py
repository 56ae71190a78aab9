"""What is right, told as simply as it can be: who said no, who said yes later, what the office touched. It knows nothing of
flexsync's own decisions; it is fed with what the worlds did and with what a run showed of itself, and asked after each run.

An address is tainted by everything that may keep a contact from being mailed, or may change it behind Admin's back: of tainted
ones only the negative rules are asked (nobody who is out is mailed), of all others the positive ones too.
"""

from collections import Counter
from dataclasses import dataclass, field

from flexsync_cli.sandbox.model import State
from tests.machine.deeds import Deeds
from tests.machine.settled import Settled
from tests.machine.shown import Shown
from tests.machine.stage import Row, Seen, Stage

OUT = (State.UNSUBSCRIBED, State.BLACKLISTED, State.BOUNCED_OUT)


@dataclass(slots=True)
class Word:
    """The last word of the person at an address. `lost`: a no that nobody can know any more."""

    no: bool
    at: int
    how: str
    contact: int
    lost: bool = False
    follows: frozenset[int] = frozenset()  # relations that had the address when the no was recorded, wherever they are now


@dataclass(slots=True)
class Click:
    """One click, by the address of its link, which no other has; `demanded`: it was there to be read."""

    url: str
    address: str
    at: int
    demanded: bool
    contact: int = 0


@dataclass
class Model:
    """Plain dictionaries of what happened so far. Moments are numbers, for clocks can be set."""

    moment: int = 0

    words: dict[str, Word] = field(default_factory=dict)
    tainted: set[str] = field(default_factory=set)
    undelivered: set[str] = field(default_factory=set)  # bounced, blacklisted or deleted
    refused: set[str] = field(default_factory=set)  # once said no
    left: set[str] = field(default_factory=set)  # unsubscribed for the office
    may_have_left: set[str] = field(default_factory=set)  # a disturbed run was to unsubscribe them, and perhaps did
    orphaned: set[str] = field(default_factory=set)  # those of a lost state: nobody knows that it was not their own word
    tainted_relations: set[int] = field(default_factory=set)
    touched: dict[int, int] = field(default_factory=dict)  # the office's last hand on a relation's flag or address
    had: dict[str, set[int]] = field(default_factory=dict)  # who ever had an address
    known_as: dict[int, set[str]] = field(default_factory=dict)  # every address a contact had
    clicks: list[Click] = field(default_factory=list)
    filed: set[str] = field(default_factory=set)  # links of clicks that were seen in Admin
    untold: int = 0  # communications that killed runs wrote, which none has told yet
    renamed: bool = False  # the custom field was, once
    observed: bool = False  # for a while it only looked
    anew: bool = False  # what happened until now is told in part, or again: the mails are judged from here
    lost_contacts: bool = False  # some were deleted, or merged
    added: int = 0  # relations made by us
    flags: int = 0  # newsletter flags ticked by us, less those unticked
    bounces: dict[tuple[int, str, str], bool] = field(default_factory=dict)  # contact, kind, address; whether to be told
    reads_bounces: bool = False
    settled: Settled = field(default_factory=Settled)
    deeds: Deeds = field(default_factory=Deeds)
    shown: Shown = field(default_factory=Shown)
    told_out: set[int] = field(default_factory=set)  # contacts that Flexmail told us are out
    values_touched: set[str] = field(default_factory=set)  # contacts that were changed in Flexmail
    dropped: dict[tuple[int, str], int] = field(default_factory=dict)  # a contact and an interest that it wants no more
    interests_touched: dict[int, int] = field(default_factory=dict)  # the office's last hand on a relation's interests
    had_interest: set[tuple[int, str]] = field(default_factory=set)  # a relation and an interest by name, in Admin
    made: set[int] = field(default_factory=set)  # contacts that came by us, while this state lived
    began: int | None = None  # the first run of this state
    well_at: int = 0  # the last undisturbed run
    kept_began: int | None = None
    reads_clicks: bool = False  # this state has begun to read them
    kept_reads_clicks: bool = False
    overtaken: int = 0  # who came by another way while an import, or a run that died, was to create them
    vanished: int = 0  # who such an import brought, and was deleted before a run looked
    noes: int = 0  # of persons, since a run heard all
    spent: Counter[str] = field(default_factory=Counter)  # the calls of each month that this state knows of
    kept_spent: Counter[str] = field(default_factory=Counter)

    def next(self) -> int:
        """A moment later than all before."""
        self.moment += 1
        return self.moment

    # -- what happened

    def said_no(self, stage: Stage, address: str, how: str, contact: int) -> None:
        """A person wants no more."""
        self.words[address] = Word(True, self.next(), how, contact)
        self.noes += self.began is not None
        self.refused.add(address)
        self.taint(stage, address)

    def said_yes(self, stage: Stage, address: str, how: str, contact: int = 0) -> None:
        """A person wants it, or wants it again."""
        self.words[address] = Word(False, self.next(), how, contact)
        self.taint(stage, address)

    def taint(self, stage: Stage, *addresses: str) -> None:
        """From now on nobody says that these must be mailed."""
        rows = stage.see().rows
        for address in addresses:
            self.tainted.add(address)
            self.tainted_relations |= self.had.get(address, set())
            self.tainted_relations |= {row.number for row in rows.values() if row.address == address}

    def is_tainted(self, address: str, rows: dict[int, Row]) -> bool:
        """Whether this address, or anybody who has or had it, is, or has or had one that is."""
        numbers = self.had.get(address, set()) | {row.number for row in rows.values() if row.address == address}
        tainted = self.tainted_relations.union(*(self.had.get(each, set()) for each in self.tainted))
        return address in self.tainted or not numbers.isdisjoint(tainted)

    def no_among(self, address: str, rows: dict[int, Row]) -> bool:
        """Whether somebody who has or had this address, has or had one at which somebody said no or was lost otherwise."""
        numbers = {row.number for row in rows.values() if row.address == address}
        out = {each for each, word in self.words.items() if word.no} | self.undelivered | self.left
        return any(not numbers.isdisjoint(self.had.get(each, set())) for each in out)

    def is_followed(self, number: int) -> bool:
        """Whether a no follows this relation to whatever address it has now."""
        return any(word.no and not word.lost and number in word.follows for word in self.words.values())

    def is_known(self, address: str) -> bool:
        """Whether this state must know of a no there."""
        word = self.words.get(address)
        return word is not None and word.no and word.at < self.shown.noes.get(address, 0)

    def root(self, before: Seen, after: Seen) -> None:
        """A no that must be known now follows the one relation that was mailed at the address before it, and still has it."""
        for address, word in self.words.items():
            if not self.is_known(address) or not self.well_at < word.at:
                continue
            numbers = self.had.get(address, set())
            there = all(seen.rows[each].address == address for seen in (before, after) for each in numbers if each in seen.rows)
            mailed = all(self.touched.get(each, 0) < self.well_at for each in numbers)
            ticked = all(before.rows[each].ticked for each in numbers & before.rows.keys())
            if len(numbers) == 1 and there and mailed and ticked:
                word.follows = frozenset(numbers)

    def touch(self, *numbers: int) -> None:
        """The office had its hand on these."""
        for number in numbers:
            self.touched[number] = self.next()
        self.deeds.edit(numbers, self.moment)

    def remember(self, seen: Seen) -> None:
        """Who has which address now."""
        for row in seen.rows.values():
            self.had.setdefault(row.address, set()).add(row.number)
            self.had_interest |= {(row.number, name) for name in row.interests}
        for contact in seen.contacts.values():
            self.known_as.setdefault(contact.id, set()).add(contact.email)

    # -- the state's life

    def state_lost(self, stage: Stage) -> None:
        """What only the state knew is gone: a no whose contact is gone too."""
        self.began, self.spent = None, Counter()
        self.tell_anew()
        self.made.clear()
        self.orphaned |= self.left
        self.shown.lose()
        self.deeds.forget()
        # An import that lands after the new state's first look brings what Admin held when it was sent. Nobody knows any more
        # that it is ours: neither its contacts nor its values are looked at until Admin changes them.
        self.taint(stage, *stage.imported())
        self._forget(stage)
        self._unroot()
        self.reads_clicks = False
        self.excuse_clicks()

    def state_kept(self) -> None:
        """A copy was made."""
        self.shown.keep()
        self.deeds.written.clear()
        self.kept_began, self.kept_reads_clicks, self.kept_spent = self.began, self.reads_clicks, self.spent.copy()

    def state_put_back(self, stage: Stage) -> None:
        """The copy is the state now."""
        self.began, self.spent = self.kept_began, self.kept_spent.copy()
        self.tell_anew()
        self.made.clear()
        self.orphaned |= self.left
        self.shown.put_back()
        self.deeds.forget()
        self.taint(stage, *stage.imported())
        self._forget(stage)
        self._unroot()
        self.reads_clicks = self.kept_reads_clicks
        if not self.reads_clicks:
            self.excuse_clicks()

    def contact_gone(self, stage: Stage, address: str) -> None:
        """A contact was deleted: its no may have gone with it, if nobody had read it."""
        self.lost_contacts = True
        self.vanished += address in stage.created()
        self.undelivered.add(address)
        self.taint(stage, address)
        self._forget(stage)

    def _unroot(self) -> None:
        """Where a no followed to is not known any more, nor what was given and dropped."""
        self.dropped.clear()
        self.told_out.clear()
        self.settled.lose()
        self.well_at = self.moment
        for word in self.words.values():
            word.follows = frozenset()

    def _forget(self, stage: Stage) -> None:
        for address, word in self.words.items():
            gone = stage.contact(address, *OUT) is None
            read = stage.setup.soap and self.began is not None and word.at > self.began
            word.lost = word.no and gone and not read and not self.is_known(address)

    def tell_anew(self) -> None:
        """What is not told yet need not be: it went with the state, or with what Admin held."""
        self.anew, self.noes, self.reads_bounces = True, 0, False
        self.bounces = dict.fromkeys(self.bounces, False)

    def excuse_clicks(self) -> None:
        """Nobody need write down those that were made until now."""
        for click in self.clicks:
            click.demanded = False

    def run_ended(self, started: int, made: set[int], *, outs: bool, clicks: bool, well: bool) -> None:
        """A run came to its end; it made these contacts, and perhaps read the opt-outs and the clicks."""
        self.reads_clicks = self.reads_clicks or clicks
        self.made |= made
        if self.began is None and outs:
            self.began = started
        if well:
            self.well_at = started
