"""The bounces: read once a run, told once a contact, campaign and kind."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias

from flexsync_cli.domain import bounces as decision
from flexsync_cli.domain.bounce_mail import BouncedPerson
from flexsync_cli.domain.bounces import BounceFile, BounceReading, CampaignKey, NewBounce
from flexsync_cli.domain.known import LinkBook
from flexsync_cli.domain.matching import Matcher
from flexsync_cli.domain.model import Link, Out
from flexsync_cli.domain.plan import Note, RefusalKind, StepOutcome
from flexsync_cli.errors import Misconfigured
from flexsync_cli.services import interrupted, plans, unticks, watermarks
from flexsync_cli.services.session import Session

BOUNCES = "bounces"
HARD_BOUNCED = "hard_bounced"
FILES = "bounced_addresses"
NOTHING: Mapping[str, BounceFile] = MappingProxyType({})

# Queues the mail; called in the transaction that records these as told.
Tell: TypeAlias = Callable[[Sequence[BouncedPerson]], None]


def read(session: Session, since: datetime | None = None) -> BounceReading:
    """What bounced since the last reading, asked once a run. Hard bounces are on record when this returns."""
    if session.bounces is None:
        if session.events is None:
            raise Misconfigured("bounces are read over SOAP: fill in flexmail.soap_token")
        started, first = session.now(), since is None and watermarks.is_first(session, BOUNCES)
        found = watermarks.read(session, BOUNCES, session.events.bounces, since)
        session.bounces = BounceReading(tuple(found), started, first)
        _remember_hard(session, session.bounces)
    return session.bounces


def _remember_hard(session: Session, reading: BounceReading) -> None:
    known = frozenset(session.state.facts.get(HARD_BOUNCED) or ())
    hard = decision.hard_addresses(reading.bounces)
    if not hard <= known:
        session.state.facts.put(HARD_BOUNCED, sorted(known | hard))


def pull(session: Session, outcome: StepOutcome, since: datetime | None = None, tell: Tell | None = None) -> None:
    """Run the step. What a first reading finds was there before: it counts as told. Without `tell`, or an address to write
    to, new bounces are counted and nobody is told."""
    session.reporter.step(BOUNCES)
    reading = read(session, since)
    if reading.first:
        outcome.notes.append(Note("", "begins_now", (("step", BOUNCES),)))
    if reading.bounces:
        _Pull(session, outcome, reading, tell).run()
    else:
        watermarks.move(session, BOUNCES, reading.started)


class _Pull:
    def __init__(self, session: Session, outcome: StepOutcome, reading: BounceReading, tell: Tell | None) -> None:
        self.session = session
        self.outcome = outcome
        self.reading = reading
        self.tell = tell if session.applies else None
        self.links = session.state.links.all()
        self.matcher = Matcher(self.links, session.relations(), session.settings.rules)
        self.told: dict[CampaignKey, set[str]] = {}

    def run(self) -> None:
        new = decision.news(self.reading.bounces, self.matcher, self._told)
        if self.reading.first:
            self._record(new)
            return
        files = decision.filed(self._files(), new)
        people = self._people(new, files)
        counted = Counter(str(each.kind) for each in new) + Counter(notified=len(people))
        outs, links = self._undeliverable(new)
        with self.session.state.transaction():
            self._record(new, files)
            self.session.state.outs.save(outs)
            self.session.state.links.save(links)
            interrupted.note(self.session, BOUNCES, counted)
            if people and self.tell is not None:
                self.tell(people)
        self.outcome.counts.update(counted)
        if outs:
            self._untick()

    def _told(self, campaign: CampaignKey) -> set[str]:
        """The marks of one campaign: a fact each, so that none grows large however old the state becomes."""
        if campaign not in self.told:
            self.told[campaign] = set(self.session.state.facts.get(_told_fact(campaign)) or ())
        return self.told[campaign]

    def _files(self) -> dict[str, BounceFile]:
        kept = self.session.state.facts.get(FILES) or {}
        return {address: BounceFile(datetime.fromisoformat(since), times) for address, (since, times) in kept.items()}

    def _people(self, new: Sequence[NewBounce], files: Mapping[str, BounceFile]) -> list[BouncedPerson]:
        """Those to tell of; the names of the campaigns cost a call, so only then."""
        if not new or not self.session.settings.bounces_notify:
            return []
        campaigns = self.session.campaigns() if any(each.campaign for each in new) else ()
        names = {campaign.id: campaign.name for campaign in campaigns}
        return decision.people(new, self.matcher, files, names)

    def _undeliverable(self, new: Sequence[NewBounce]) -> tuple[list[Out], list[Link]]:
        if not self.session.settings.untick_hard_bounces:
            return [], []
        return decision.undeliverable(new, self.links, self.session.state.outs.all(), self.session.now())

    def _record(self, new: Sequence[NewBounce], files: Mapping[str, BounceFile] = NOTHING) -> None:
        """In one transaction: what was told, and how far was read."""
        for each in new:
            self._told(each.campaign).add(each.mark)
        facts = self.session.state.facts
        with self.session.state.transaction():
            for campaign in {each.campaign for each in new}:
                facts.put(_told_fact(campaign), sorted(self.told[campaign]))
            if files:
                kept = {address: [file.since.isoformat(), file.times] for address, file in files.items()}
                facts.put(FILES, {**(facts.get(FILES) or {}), **kept})
            watermarks.move(self.session, BOUNCES, self.reading.started)

    def _untick(self) -> None:
        """The guard looks at all that is due, so its plan is that of the opt-outs."""
        refusals = unticks.settle(self.session, self.outcome, base=LinkBook(self.links).open_count)
        plans.keep(self.session, self.outcome, refusals, "opt_outs", unseen=frozenset({RefusalKind.NUMBERS}))


def _told_fact(campaign: CampaignKey) -> str:
    return f"bounces told {campaign}"
