"""What bounced: hard, soft or unknown, and told once a contact, campaign and kind. Pure."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flexsync_cli.domain.bounce_mail import BouncedPerson, BounceKind, reason_key
from flexsync_cli.domain.events import Bounce
from flexsync_cli.domain.matching import Matcher
from flexsync_cli.domain.model import AddressKey, Link, LinkStatus, Out, OutKind, OutSource

# 0 stands for what came back without a campaign.
CampaignKey = int
_ADDRESS_STATUS = re.compile(r"5\.1\.\d{1,3}")


@dataclass(frozen=True, slots=True)
class BounceFile:
    """What is remembered of one address: when a mail to it came back first, and how often it was told of."""

    since: datetime
    times: int


@dataclass(frozen=True, slots=True)
class BounceReading:
    """What one run read, and when it began; `first` where nothing was read before: then it counts as told."""

    bounces: tuple[Bounce, ...]
    started: datetime
    first: bool


@dataclass(frozen=True, slots=True)
class NewBounce:
    """One that was not told yet; `person` and `kind` are what it will be known by."""

    bounce: Bounce
    person: str
    kind: BounceKind

    @property
    def campaign(self) -> CampaignKey:
        """The campaign it is filed under."""
        return self.bounce.campaign_id or 0

    @property
    def file(self) -> str:
        """The file it goes into: its address', for a mended one begins anew."""
        return self.bounce.address or self.person

    @property
    def mark(self) -> str:
        """By which it is found to be told, within its campaign."""
        return f"{self.person} {self.kind}"


def kind_of(code: str) -> BounceKind:
    """Flexmail has no field for it; the first digit tells."""
    match code.strip()[:1]:
        case "5":
            return "hard"
        case "4":
            return "soft"
        case _:
            return "unknown"


def is_bad_address(code: str) -> bool:
    """Whether it says that the address itself is wrong (5.1.x), rather than the mailbox, the server or the mail."""
    return _ADDRESS_STATUS.fullmatch(code.strip()) is not None


def hard_addresses(bounces: Iterable[Bounce]) -> frozenset[AddressKey]:
    """The addresses that bounced hard."""
    return frozenset(bounce.address for bounce in bounces if bounce.address and kind_of(bounce.code) == "hard")


def news(bounces: Iterable[Bounce], matcher: Matcher, told: Callable[[CampaignKey], Collection[str]]) -> list[NewBounce]:
    """Those that nobody was told of, in the order they happened, one a contact, campaign and kind."""
    found: dict[tuple[CampaignKey, str], NewBounce] = {}
    for bounce in sorted(bounces, key=lambda bounce: bounce.at):
        person = str(matcher.contact_of(bounce.contact_id, bounce.address) or bounce.address)
        new = NewBounce(bounce, person, kind_of(bounce.code))
        if new.mark not in told(new.campaign):
            found.setdefault((new.campaign, new.mark), new)
    return list(found.values())


def filed(files: Mapping[str, BounceFile], new: Iterable[NewBounce]) -> dict[str, BounceFile]:
    """The files of the addresses that are told of, brought up to date."""
    result: dict[str, BounceFile] = {}
    for each in new:
        known = result.get(each.file) or files.get(each.file)
        since = each.bounce.at if known is None else min(known.since, each.bounce.at)
        result[each.file] = BounceFile(since, 1 if known is None else known.times + 1)
    return result


def people(
    new: Iterable[NewBounce], matcher: Matcher, files: Mapping[str, BounceFile], campaigns: Mapping[int, str]
) -> list[BouncedPerson]:
    """What the mail tells of each. `campaigns` are names by id."""
    return [_person(each, matcher, files[each.file], campaigns.get(each.campaign, "")) for each in new]


def _person(new: NewBounce, matcher: Matcher, file: BounceFile, campaign: str) -> BouncedPerson:
    relation_id = matcher.relation_of(new.bounce.contact_id, new.bounce.address) or ""
    relation = matcher.relations.get(relation_id)
    return BouncedPerson(
        relation_id=relation_id,
        name="" if relation is None else f"{relation.first_name} {relation.name}".strip(),
        address=new.bounce.address,
        code=new.bounce.code,
        kind=new.kind,
        reason_key=reason_key(new.bounce.code),
        campaign=campaign,
        since=file.since,
        times=file.times,
    )


def undeliverable(
    new: Iterable[NewBounce], links: Iterable[Link], outs: Iterable[Out], now: datetime
) -> tuple[list[Out], list[Link]]:
    """The outs of those whose address is wrong, once an address, and their links, closed; who is out already gets none.

    One that only Flexmail's state told is now known to be of a bounce. A contact that has another address by now is not meant,
    only the address.
    """
    standing = {out.address: out for out in outs if out.ended_at is None}
    open_links = {link.address: link for link in links if link.status is LinkStatus.OPEN}
    bad = {each.bounce.address: each.bounce.at for each in new if is_bad_address(each.bounce.code)}
    added, closed = [], []
    for address, at in bad.items():
        known = standing.get(address)
        if known is not None and (known.kind, known.source) == (OutKind.UNDELIVERABLE, OutSource.STATE):
            added.append(replace(known, source=OutSource.EVENT))
        elif address and known is None:
            link = open_links.get(address)
            contact_id = None if link is None else link.contact_id
            added.append(Out(address, OutKind.UNDELIVERABLE, OutSource.EVENT, at, now, contact_id))
            closed += [] if link is None else [replace(link, status=LinkStatus.OUT, since=now)]
    return added, closed
