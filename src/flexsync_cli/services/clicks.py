"""The clicks: who clicked on what becomes communications in Admin, each once."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cached_property

from flexsync_cli.domain import communications as texts
from flexsync_cli.domain.click_schedule import Schedule
from flexsync_cli.domain.clicks import (
    LATE,
    REMEMBERED,
    CampaignClicks,
    ClickCounts,
    ClicksSight,
    Entry,
    Life,
    close,
    decide,
    forget,
)
from flexsync_cli.domain.events import Campaign, Click
from flexsync_cli.domain.matching import Matcher
from flexsync_cli.domain.model import RelationId
from flexsync_cli.domain.plan import Note, StepOutcome
from flexsync_cli.errors import (
    AdminLoginRefused,
    AdminUnavailable,
    ExitCode,
    FlexmailLoginRefused,
    FlexmailUnavailable,
    Misconfigured,
    Refused,
    worst,
)
from flexsync_cli.ports import Communication, Events
from flexsync_cli.services import click_memory, interrupted, watermarks
from flexsync_cli.services.click_memory import ClickIndex, Followed
from flexsync_cli.services.session import Session

CLICKS = "clicks"
PATIENCE = 3  # so many communications in a row that Admin doesn't take, and it is asked no more
UNTOLD = 3  # so many campaigns whose clicks Flexmail can't tell now, and it is asked for no other


def are_on(session: Session) -> bool:
    """Whether there is somebody to ask, and a place to write to."""
    return session.events is not None and session.admin.has_communications()


def pull(session: Session, outcome: StepOutcome, since: datetime | None = None) -> None:
    """Run the step. What a first reading finds was there before: it counts as seen, unless `since` asks for it."""
    if session.events is None:
        raise Misconfigured("clicks are read over SOAP: fill in flexmail.soap_token")
    if not session.admin.has_communications():
        raise Misconfigured("clicks become communications in Admin: fill in [admin.communications]")
    session.reporter.step(CLICKS)
    _Pull(session, session.events, outcome, since).run()


class _Pull:
    def __init__(self, session: Session, events: Events, outcome: StepOutcome, since: datetime | None) -> None:
        self.session = session
        self.events = events
        self.outcome = outcome
        self.explicit = since
        self.campaigns = {campaign.id: campaign for campaign in session.campaigns()}
        # Flexmail's: by our own, a wrong clock would end days and campaigns.
        self.now = events.clock() or session.now()
        self.index, self.silent = self._begin()
        self.schedule = Schedule(self.now, self.index.floor, session.settings.clicks_window)
        self.failures = 0
        self.untold: list[FlexmailUnavailable] = []

    def _begin(self) -> tuple[ClickIndex, bool]:
        index = click_memory.load_index(self.session.state)
        if index is None:
            self.outcome.notes.append(Note("", "begins_now", (("step", CLICKS),)))
            return ClickIndex(Life(self.session.run_id[:6], self.now), self.now), self.explicit is None
        if click_memory.corrected(index, self.now, watermarks.LOST):
            self.session.reporter.warn("clicks were last read at a time that is still to come; the last 7 days are read again")
        return index, False

    def run(self) -> None:
        due = {one: campaign for one, campaign in self.campaigns.items() if self._is_due(campaign)}
        for campaign in due.values():
            self._try(campaign)
        for campaign_id in [one for one, followed in self.index.campaigns.items() if followed.is_open and one not in due]:
            self._finish(campaign_id)
        if not self.untold:
            self.index.floor = self.now
        with self.session.state.transaction():
            click_memory.drop(self.session.state, self.index, self._forgotten)
            click_memory.save_index(self.session.state, self.index)
        if self.untold:
            raise self.untold[0]

    def _try(self, campaign: Campaign) -> None:
        """One whose clicks can't be had keeps no other from being read; several are an outage."""
        try:
            self._read(campaign)
        except FlexmailLoginRefused:
            raise
        except FlexmailUnavailable as error:
            self.untold.append(error)
            if len(self.untold) == UNTOLD:
                raise

    @cached_property
    def _matcher(self) -> Matcher:
        """Made when there are clicks to match: a quiet run needs neither links nor relations."""
        session = self.session
        return Matcher(session.state.links.all(), session.relations(), session.settings.rules)

    @property
    def _forgotten(self) -> datetime:
        return self.now - self.session.settings.clicks_window - REMEMBERED

    def _mark(self, campaign_id: int) -> datetime | None:
        known = self.index.campaigns.get(campaign_id)
        return None if known is None else known.read

    def _is_due(self, campaign: Campaign) -> bool:
        if self.explicit is not None:
            # As if nothing had been read since then.
            return Schedule(self.now, self.explicit, self.schedule.window).is_due(campaign, None)
        return self.schedule.is_due(campaign, self._mark(campaign.id))

    def _since(self, campaign: Campaign) -> datetime:
        if self.silent:
            return self.now - LATE
        begin = self.schedule.since(campaign, self._mark(campaign.id))
        return begin if self.explicit is None else min(begin, self.explicit)

    def _will_be_read(self, campaign_id: int) -> bool:
        """Whether a later reading may tell more of the days that are over."""
        campaign = self.campaigns.get(campaign_id)
        return campaign is not None and self.schedule.is_followed(campaign, self._mark(campaign_id))

    def _read(self, campaign: Campaign) -> None:
        clicks = self._clicks(campaign)
        memory = click_memory.load(self.session.state, campaign.id)
        memory.name = campaign.name or campaign.subject
        counts = decide(
            memory,
            ClicksSight(
                clicks=clicks,
                relation_of=self._relation_of,
                life=self.index.life,
                scanners=self.session.settings.scanners,
                silent=self.silent,
                explicit=self.explicit is not None,
            ),
        )
        close(memory, self.now)
        forget(memory, self._forgotten)
        self.index.campaigns[campaign.id] = Followed(self.now, is_open=False)
        self._work(campaign.id, memory, counts)

    def _finish(self, campaign_id: int) -> None:
        """What an earlier run left, of a campaign that this one does not read."""
        memory = click_memory.load(self.session.state, campaign_id)
        if not self._will_be_read(campaign_id):
            close(memory, self.now)
        if memory.due or not memory.is_open:
            self._work(campaign_id, memory, ClickCounts())

    def _clicks(self, campaign: Campaign) -> Sequence[Click]:
        self.session.stop.check()
        try:
            return self.events.clicks(campaign.id, self._since(campaign), self.now + LATE)
        except Refused:  # it has no history, or is gone meanwhile
            return ()

    def _relation_of(self, click: Click) -> RelationId | None:
        return self._matcher.relation_of(click.contact_id, click.address)

    def _work(self, campaign_id: int, memory: CampaignClicks, counts: ClickCounts) -> None:
        """Write what is due. It is on record before: after a crash just the same is found, or written."""
        counted = {**asdict(counts), **({} if self.session.applies else self._pretend(memory))}
        with self.session.state.transaction():
            self._save(campaign_id, memory)
            interrupted.note(self.session, CLICKS, counted)
        self.outcome.counts.update(counted)
        if memory.due:
            memory.due = self._write_all(campaign_id, memory)
            self._save(campaign_id, memory)

    def _pretend(self, memory: CampaignClicks) -> Mapping[str, int]:
        """Count what would be written; seen, it will never be."""
        counted = {"communications": len(memory.due)}
        for entry in memory.due:
            memory.told.pop((entry.part, entry.relation_id), None)
        memory.due = []
        return counted

    def _save(self, campaign_id: int, memory: CampaignClicks) -> None:
        read = self.index.campaigns[campaign_id].read
        self.index.campaigns[campaign_id] = Followed(read, memory.is_open)
        with self.session.state.transaction():
            click_memory.save(self.session.state, campaign_id, memory)
            click_memory.save_index(self.session.state, self.index)

    def _write_all(self, campaign_id: int, memory: CampaignClicks) -> list[Entry]:
        """What could not be written."""
        return [entry for entry in memory.due if not self._write(self._communication(campaign_id, memory.name, entry))]

    def _communication(self, campaign_id: int, name: str, entry: Entry) -> Communication:
        language = self.session.settings.text_language
        return Communication(
            relation_id=entry.relation_id,
            day=entry.part.day,
            at=entry.clicks[0].at,
            subject=texts.subject(entry, campaign_id, name, language),
            text=texts.text(entry, campaign_id, name, language),
            reference=texts.reference(entry, campaign_id),
        )

    def _write(self, communication: Communication) -> bool:
        """Whether it is in Admin now, or nobody is left to whom it belongs."""
        if communication.relation_id not in self._matcher.relations:
            return True
        journal = self.session.begin("communication", relation=communication.relation_id, reference=communication.reference)
        try:
            written = self.session.admin.add_communication(communication) or communication.reference in self.session.uncertain
        except AdminUnavailable as error:
            self.session.end(journal, done=False)
            self._fail(error)
            return False
        self.session.end(journal, done=written)
        self.outcome.counts["communications"] += written
        self.failures = 0
        return True

    def _fail(self, error: AdminUnavailable) -> None:
        """One that is refused stops no other; a database that is down does."""
        self.outcome.counts["failed"] += 1
        self.failures += 1
        if self.failures == PATIENCE or isinstance(error, AdminLoginRefused):
            raise error
        self.outcome.error = str(error)
        self.outcome.exit_code = worst([ExitCode(self.outcome.exit_code), error.exit_code])
