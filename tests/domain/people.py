"""Made-up offices for the rules: few addresses, so that everything collides."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from flexsync_cli.domain.known import Known, LinkBook, OutBook
from flexsync_cli.domain.model import (
    Contact,
    Link,
    LinkStatus,
    Out,
    OutKind,
    OutSource,
    Parked,
    Relation,
    Sighting,
    Value,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=30)
ADDRESSES = tuple(f"{name}@example.be" for name in ("een", "twee", "drie", "vier", "vijf"))


def relation(
    number: int, email: str = "", *, ticked: bool = True, active: bool | None = True, crm_type: str = "3", **fields: Value
) -> Relation:
    """One row."""
    return Relation(str(number), "Peeters", "An", email, "N", crm_type, active, ticked, fields)


def link(
    contact_id: int,
    number: int,
    address: str,
    status: LinkStatus = LinkStatus.OPEN,
    *,
    since: datetime = LONG_AGO,
    admin: str = "",
    **values: Value,
) -> Link:
    """One link; `admin` is the address as Admin had it, if it is another."""
    known: dict[str, Value] = {"name": "Peeters", "first_name": "An", "language": "nl", **values, "email": admin or address}
    return Link(contact_id, str(number), address, since, status, known, addresses=frozenset({address}))


def out(address: str, kind: OutKind = OutKind.PERSON, *, contact_id: int | None = None) -> Out:
    """One open out."""
    return Out(address, kind, OutSource.EVENT, LONG_AGO, LONG_AGO, contact_id)


@dataclass
class Office:
    """Both sides and what is known."""

    relations: list[Relation] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    outs: list[Out] = field(default_factory=list)
    parked: list[Parked] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    listing: dict[int, Contact] | None = None

    @property
    def known(self) -> Known:
        """As a push sees it."""
        return Known(
            LinkBook(self.links),
            OutBook(self.outs, self.links),
            {each.relation_id: each for each in self.parked},
            {each.relation_id: each for each in self.sightings},
        )


@st.composite
def offices(draw: st.DrawFn) -> Office:
    """Any office: whoever is listed is active, no two active contacts have one address."""
    emails = st.sampled_from((*ADDRESSES, *ADDRESSES, "", "no address"))
    relations = [
        relation(number, draw(emails), ticked=draw(_MOSTLY), active=draw(st.sampled_from((True, True, True, False, None))))
        for number in range(1, 1 + draw(st.integers(0, 7)))
    ]
    links = [
        link(100 + place, draw(st.integers(1, 8)), address, draw(_STATUSES), since=NOW - timedelta(hours=draw(_HOURS)))
        for place, address in enumerate(draw(st.permutations(ADDRESSES))[: draw(st.integers(0, 5))])
    ]
    outs = [out(each.address) for each in links if each.status is LinkStatus.OUT and draw(_MOSTLY)]
    outs += [out(address, draw(_KINDS)) for address in draw(st.lists(st.sampled_from(ADDRESSES), max_size=2))]
    return Office(relations, links, outs, listing=draw(st.none() | _listings(links, {each.address for each in outs})))


def _listings(links: list[Link], out_addresses: set[str]) -> st.SearchStrategy[dict[int, Contact]]:
    """The open links' contacts, and perhaps others at addresses that nobody has."""
    linked = {each.contact_id: Contact(each.contact_id, each.address) for each in links if each.status is LinkStatus.OPEN}
    free = [each for each in ADDRESSES if each not in out_addresses | {held.address for held in links}]
    others = st.sets(st.sampled_from(free)) if free else st.just(set[str]())
    return others.map(
        lambda chosen: linked | {900 + place: Contact(900 + place, at) for place, at in enumerate(sorted(chosen))}
    )


_MOSTLY = st.sampled_from((True, True, True, False))
_STATUSES = st.sampled_from((*[LinkStatus.OPEN] * 6, *LinkStatus))
_HOURS = st.sampled_from((0, 1, 23, 25, 100))
_KINDS = st.sampled_from(list(OutKind))
