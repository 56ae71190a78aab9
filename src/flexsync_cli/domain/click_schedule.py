"""When a campaign's clicks are read: as seldom as loses none. Pure; the clock is Flexmail's."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flexsync_cli.domain.clicks import LATE
from flexsync_cli.domain.events import Campaign
from flexsync_cli.domain.months import day_of

FRESH = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Schedule:
    """`floor` is when all campaigns were read last as far as they were due; `window` how long a campaign is followed."""

    now: datetime
    floor: datetime
    window: timedelta

    def is_due(self, campaign: Campaign, read: datetime | None) -> bool:
        """Every run while it is fresh, then daily, until a reading after its window; workflows have no end."""
        if not self.is_followed(campaign, read):
            return False
        fresh = campaign.sent_at is not None and self.now - campaign.sent_at < FRESH
        return fresh or read is None or day_of(self.now - LATE) > day_of(read - LATE)

    def is_followed(self, campaign: Campaign, read: datetime | None) -> bool:
        """Whether its clicks are not all read yet."""
        if is_workflow(campaign):
            return campaign.sent_at is None or campaign.sent_at <= self.now
        if campaign.sent_at is None or campaign.sent_at > self.now:
            return False
        return (read or self.floor) < campaign.sent_at + self.window

    def since(self, campaign: Campaign, read: datetime | None) -> datetime:
        """Where its reading begins: nobody clicks before it is sent."""
        if read is not None:
            return read - LATE
        sent = self.floor if campaign.sent_at is None or is_workflow(campaign) else campaign.sent_at
        return sent - LATE


def is_workflow(campaign: Campaign) -> bool:
    """Whether it goes on sending by itself."""
    return campaign.kind.casefold() == "workflow"
