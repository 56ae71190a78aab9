"""What is known of clicks between runs: a fact for all campaigns, and one for each that is followed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flexsync_cli.domain.clicks import CampaignClicks, Entry, Life, MatchedClick, Part
from flexsync_cli.ports import State

FACT = "clicks"
# Clocks differ by a little; what a mark is ahead by less, the overlap makes good.
TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Followed:
    """A campaign: when its clicks were read last, and whether something of it is still to be written."""

    read: datetime
    is_open: bool


@dataclass(slots=True)
class ClickIndex:
    """Since when clicks are known, when all campaigns were read last (`floor`), and those that are followed, by id."""

    life: Life
    floor: datetime
    campaigns: dict[int, Followed] = field(default_factory=dict)


def load_index(state: State) -> ClickIndex | None:
    """None before the first reading, or where state was lost."""
    kept = state.facts.get(FACT)
    if kept is None:
        return None
    campaigns = {int(one): Followed(_moment(read), is_open) for one, (read, is_open) in kept["campaigns"].items()}
    return ClickIndex(Life(kept["life"], _moment(kept["born"])), _moment(kept["floor"]), campaigns)


def save_index(state: State, index: ClickIndex) -> None:
    """Keep it."""
    campaigns = {str(one): [followed.read.isoformat(), followed.is_open] for one, followed in index.campaigns.items()}
    state.facts.put(
        FACT,
        {
            "life": index.life.id,
            "born": index.life.born.isoformat(),
            "floor": index.floor.isoformat(),
            "campaigns": campaigns,
        },
    )


def load(state: State, campaign_id: int) -> CampaignClicks:
    """One campaign's; empty where nothing is known."""
    kept = state.facts.get(_fact(campaign_id))
    if kept is None:
        return CampaignClicks()
    return CampaignClicks(
        name=kept["name"],
        seen=set(kept["seen"]),
        passed=set(kept["passed"]),
        told={(Part.parse(part), one): number for part, told in kept["told"].items() for one, number in told.items()},
        waiting=[_click(item) for item in kept["waiting"]],
        due=[_entry(item) for item in kept["due"]],
    )


def save(state: State, campaign_id: int, memory: CampaignClicks) -> None:
    """Keep one campaign's."""
    told: dict[str, dict[str, int]] = {}
    for (part, relation_id), number in memory.told.items():
        told.setdefault(str(part), {})[relation_id] = number
    state.facts.put(
        _fact(campaign_id),
        {
            "name": memory.name,
            "seen": sorted(memory.seen),
            "passed": sorted(memory.passed),
            "told": told,
            "waiting": [_as_list(click) for click in memory.waiting],
            "due": [
                {
                    "relation": entry.relation_id,
                    "part": str(entry.part),
                    "number": entry.number,
                    "clicks": [_as_list(click) for click in entry.clicks],
                }
                for entry in memory.due
            ],
        },
    )


def drop(state: State, index: ClickIndex, before: datetime) -> None:
    """Forget the campaigns that were read last before that moment, and of which nothing is left to write."""
    old = [one for one, followed in index.campaigns.items() if not followed.is_open and followed.read < before]
    for campaign_id in old:
        del index.campaigns[campaign_id]
        state.facts.put(_fact(campaign_id), None)


def corrected(index: ClickIndex, now: datetime, lost: timedelta) -> bool:
    """Marks that are still to come were set by a clock that was wrong: they are replaced; whether there were any."""
    latest = now + TOLERANCE
    wrong = {one: known for one, known in index.campaigns.items() if known.read > latest}
    index.campaigns |= {one: Followed(now - lost, known.is_open) for one, known in wrong.items()}
    found = bool(wrong) or index.floor > latest
    index.floor = now - lost if index.floor > latest else index.floor
    return found


def _fact(campaign_id: int) -> str:
    return f"{FACT} {campaign_id}"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _as_list(click: MatchedClick) -> list[object]:
    return [click.relation_id, str(click.part), click.at.isoformat(), click.url, click.scanner]


def _click(item: list[Any]) -> MatchedClick:
    relation_id, part, at, url, scanner = item
    return MatchedClick(relation_id, Part.parse(part), _moment(at), url, scanner)


def _entry(item: Mapping[str, Any]) -> Entry:
    clicks = tuple(_click(click) for click in item["clicks"])
    return Entry(item["relation"], Part.parse(item["part"]), item["number"], clicks)
