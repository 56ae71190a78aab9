"""What holds of the opt-outs whatever Flexmail tells, in whatever order, however often."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.domain.echoes import OwnWrite, is_echo
from flexsync_cli.domain.events import ContactState, Event, EventKind, PresentState
from flexsync_cli.domain.known import LinkBook
from flexsync_cli.domain.model import Contact, Link, LinkStatus, Out
from flexsync_cli.domain.outs import OutsPlan, OutsSight, decide

NOW = datetime(2026, 5, 20, 8, 0, tzinfo=UTC)
IDS = (1, 2, 3)
ADDRESSES = tuple(f"person{number}@example.be" for number in IDS)

moments = st.integers(-600, 0).map(lambda minutes: NOW + timedelta(minutes=minutes))
people = st.sampled_from(list(zip(IDS, ADDRESSES, strict=True)))
events = st.lists(
    st.builds(
        lambda person, at, campaign: Event(EventKind.UNSUBSCRIPTION, at, person[0], person[1], campaign),
        people,
        moments,
        st.sampled_from([None, None, 7]),
    ),
    max_size=6,
)
states = st.lists(
    st.builds(lambda person, state: PresentState(person[0], person[1], state), people, st.sampled_from(ContactState)),
    max_size=4,
)
listings = st.sets(st.sampled_from(IDS)).map(lambda ids: {each: Contact(each, ADDRESSES[each - 1]) for each in ids})
writes = st.lists(
    st.builds(lambda person, at: OwnWrite(EventKind.UNSUBSCRIPTION, person[0], person[1], at), people, moments), max_size=3
)
readings = st.lists(st.tuples(events, states, listings), min_size=1, max_size=4)


class Memory:
    """The state, as far as the decision needs it."""

    def __init__(self) -> None:
        self.links = {each: Link(each, str(each), address, NOW) for each, address in zip(IDS, ADDRESSES, strict=True)}
        self.outs: list[Out] = []

    def learn(self, **seen: object) -> OutsPlan:
        sight = OutsSight(LinkBook(self.links.values()), self.outs, NOW, NOW, **seen)  # type: ignore[arg-type]  # its fields
        plan = decide(sight)
        self.links |= plan.links
        known = {out.id: out for out in self.outs}
        for out in plan.outs:
            numbered = out if out.id is not None else replace(out, id=len(known) + 1)
            known[numbered.id] = numbered
        self.outs = list(known.values())
        return plan

    def standing(self) -> set[str]:
        return {out.address for out in self.outs if out.ended_at is None}


@given(readings, writes)
def test_read_again_nothing_is_learnt_twice(
    told: Sequence[tuple[list[Event], list[PresentState], dict[int, Contact]]], own: list[OwnWrite]
) -> None:
    memory = Memory()
    for heard, states_, listing in told:
        memory.learn(events=heard, own_writes=own)
        memory.learn(states=states_, listing=listing)
        again = memory.learn(events=heard, own_writes=own)
        assert again.outs == []
        assert again.events == 0


@given(readings, writes)
def test_whoever_said_no_and_was_not_seen_back_is_out(
    told: Sequence[tuple[list[Event], list[PresentState], dict[int, Contact]]], own: list[OwnWrite]
) -> None:
    memory = Memory()
    said_no: set[str] = set()
    for heard, states_, listing in told:
        plan = memory.learn(events=heard, own_writes=own)
        said_no |= {out.address for out in plan.outs if out.ended_at is None}
        ended = memory.learn(states=states_, listing=listing).ended
        said_no -= {out.address for out in ended}
        assert said_no <= memory.standing()
        assert all(out.address in {contact.email for contact in listing.values()} for out in ended)
    for address in memory.standing():
        at_it = [link for link in memory.links.values() if link.address == address]
        assert not any(link.status is LinkStatus.OPEN for link in at_it)


@given(events, writes)
def test_an_echo_is_never_recorded_and_everything_else_is(heard: list[Event], own: list[OwnWrite]) -> None:
    memory = Memory()
    memory.learn(events=heard, own_writes=own)
    said = {(event.address, event.at) for event in heard if not is_echo(event, own)}
    assert {(out.address, out.at) for out in memory.outs} == said
