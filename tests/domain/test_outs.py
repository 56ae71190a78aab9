"""Who is out, rule by rule."""

from datetime import UTC, datetime, timedelta

import pytest

from flexsync_cli.domain.echoes import OwnWrite, is_echo
from flexsync_cli.domain.events import ContactState, Event, EventKind, PresentState
from flexsync_cli.domain.known import LinkBook, OutBook
from flexsync_cli.domain.model import Consent, Contact, Link, LinkStatus, Out, OutKind, OutSource
from flexsync_cli.domain.outs import OutsPlan, OutsSight, decide, due_unticks, missing

NOW = datetime(2026, 5, 20, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ANNA = "anna@example.be"
BART = "bart@example.be"


def link(contact_id: int = 1, address: str = ANNA, status: LinkStatus = LinkStatus.OPEN, *former: str) -> Link:
    values = {"email": former[0] if former else address}
    addresses = frozenset({address, *former})
    return Link(contact_id, str(contact_id), address, NOW - 9 * DAY, status, values=values, addresses=addresses)


def out(kind: OutKind = OutKind.PERSON, source: OutSource = OutSource.EVENT, at: datetime = NOW - HOUR, **more: object) -> Out:
    return Out(ANNA, kind, source, at, at, contact_id=1, id=1, **more)  # type: ignore[arg-type]  # fields of Out


def no(at: datetime = NOW - MINUTE, address: str = ANNA, contact_id: int | None = 1, campaign: int | None = None) -> Event:
    return Event(EventKind.UNSUBSCRIPTION, at, contact_id, address, campaign)


def contact(contact_id: int = 1, email: str = ANNA) -> Contact:
    return Contact(contact_id, email)


def see(*links: Link, **more: object) -> OutsPlan:
    sight = OutsSight(LinkBook(links), more.pop("outs", ()), NOW, NOW, **more)  # type: ignore[arg-type]  # fields of OutsSight
    return decide(sight)


def listing(*contacts: Contact) -> dict[int, Contact]:
    return {each.id: each for each in contacts}


# ---- events


def test_an_event_is_the_persons_no_and_closes_the_link() -> None:
    plan = see(link(), events=[no()])
    (recorded,) = plan.outs
    assert (recorded.address, recorded.kind, recorded.source, recorded.at) == (
        ANNA,
        OutKind.PERSON,
        OutSource.EVENT,
        NOW - MINUTE,
    )
    assert not recorded.seen_inactive
    assert plan.links[1].status is LinkStatus.OUT


@pytest.mark.parametrize(
    ("standing", "event", "status"),
    [
        (OutKind.OFFICE, None, None),
        (OutKind.OFFICE, no(), LinkStatus.OUT),
        (OutKind.PERSON, None, LinkStatus.OUT),
    ],
)
def test_that_the_office_let_a_contact_go_follows_no_relation(
    standing: OutKind, event: Event | None, status: LinkStatus | None
) -> None:
    plan = see(
        link(status=LinkStatus.RELEASED),
        outs=[out(standing, OutSource.LEAVE)],
        events=[event] if event else [],
        states=[PresentState(1, ANNA, ContactState.UNSUBSCRIBED)],
    )
    assert (plan.links[1].status if plan.links else None) is status


@pytest.mark.parametrize("again", [no(), no(address="anna.moved@example.be"), no(contact_id=None)])
def test_an_event_heard_before_is_the_same_by_contact_or_address(again: Event) -> None:
    assert see(outs=[out(at=NOW - MINUTE)], events=[again]) == OutsPlan()


def test_an_event_without_an_address_is_its_contacts() -> None:
    assert see(link(), events=[no(address="")]).outs[0].address == ANNA


def test_an_event_that_names_nobody_known_says_nothing() -> None:
    assert see(events=[no(address="", contact_id=9)]) == OutsPlan()


def test_an_event_raises_the_offices_no_to_the_persons() -> None:
    plan = see(link(status=LinkStatus.OUT), outs=[out(OutKind.OFFICE, OutSource.LEAVE)], events=[no()])
    assert [each.kind for each in plan.outs] == [OutKind.PERSON]


def test_what_was_before_we_began_counts_only_where_asked_for_and_for_who_is_out() -> None:
    old = no(at=NOW - DAY)
    assert see(link(), events=[old], began=NOW - HOUR) == OutsPlan()
    assert see(link(), events=[old], began=NOW - HOUR, history=True) == OutsPlan()
    state = out(source=OutSource.STATE)
    assert see(events=[old], began=NOW - HOUR, outs=[state]) == OutsPlan()
    assert see(events=[old], began=NOW - HOUR, history=True, outs=[state]).events == 1


def test_a_late_event_of_a_no_that_a_yes_has_ended_changes_nothing() -> None:
    ended = out(source=OutSource.STATE, ended_at=NOW - MINUTE)
    assert see(outs=[ended], events=[no(at=NOW - 2 * HOUR)]) == OutsPlan()
    assert see(outs=[ended], events=[no(at=NOW - MINUTE)]).events == 1


# ---- echoes

WRITE = OwnWrite(EventKind.UNSUBSCRIPTION, 1, ANNA, NOW)


@pytest.mark.parametrize(
    ("event", "echo"),
    [
        (no(NOW), True),
        (no(NOW - 2 * MINUTE), True),
        (no(NOW - 3 * MINUTE), False),
        (no(NOW + 15 * MINUTE), True),
        (no(NOW + 16 * MINUTE), False),
        (no(NOW, campaign=5), False),
        (no(NOW, contact_id=2), False),
        (no(NOW, contact_id=None), True),
        (no(NOW, BART, None), False),
        (Event(EventKind.SUBSCRIPTION, NOW, 1, ANNA), False),
    ],
)
def test_an_echo_is_of_the_same_kind_and_contact_without_campaign_within_a_quarter(event: Event, *, echo: bool) -> None:
    assert is_echo(event, [WRITE]) is echo


def test_a_call_that_waited_long_is_echoed_from_its_begin_to_its_end() -> None:
    waited = OwnWrite(EventKind.UNSUBSCRIPTION, 1, ANNA, NOW, NOW + 20 * MINUTE)
    assert is_echo(no(NOW + 34 * MINUTE), [waited])
    assert not is_echo(no(NOW + 36 * MINUTE), [waited])


def test_in_the_hour_that_happens_twice_a_stamp_may_mean_the_first() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    wrote = OwnWrite(EventKind.UNSUBSCRIPTION, 1, ANNA, first)
    assert is_echo(no(first + HOUR), [wrote])
    assert not is_echo(no(first + 2 * HOUR), [OwnWrite(EventKind.UNSUBSCRIPTION, 1, ANNA, first + HOUR)])


def test_an_echo_is_counted_and_nothing_else() -> None:
    plan = see(link(), events=[no(NOW)], own_writes=[WRITE])
    assert plan == OutsPlan(echoes=1)


# ---- states


@pytest.mark.parametrize(
    ("state", "bounced", "kind"),
    [
        (ContactState.UNSUBSCRIBED, False, OutKind.PERSON),
        (ContactState.BOUNCED_OUT, False, OutKind.UNDELIVERABLE),
        (ContactState.BLACKLISTED, False, OutKind.BLOCKED),
        (ContactState.BLACKLISTED, True, OutKind.UNDELIVERABLE),
    ],
)
def test_a_state_tells_the_kind(state: ContactState, *, bounced: bool, kind: OutKind) -> None:
    plan = see(link(), states=[PresentState(1, ANNA, state)], hard_bounced=frozenset({ANNA} if bounced else ()))
    assert [(each.kind, each.source, each.seen_inactive) for each in plan.outs] == [(kind, OutSource.STATE, True)]
    assert plan.states == 1


@pytest.mark.parametrize("state", [ContactState.ACTIVE, ContactState.AWAITING, None])
def test_other_states_are_no_out(state: ContactState | None) -> None:
    assert see(link(), states=[PresentState(1, ANNA, state)]) == OutsPlan()


@pytest.mark.parametrize("kind", OutKind)
def test_a_state_adds_nothing_to_who_is_out_but_closes_what_is_open(kind: OutKind) -> None:
    plan = see(link(), outs=[out(kind)], states=[PresentState(1, ANNA, ContactState.UNSUBSCRIBED)])
    assert plan.outs == []
    assert plan.links[1].status is LinkStatus.OUT


def test_deleted_is_of_the_contact_not_of_its_address() -> None:
    assert see(link(), states=[PresentState(1, ANNA, ContactState.DELETED)]).links[1].status is LinkStatus.DELETED
    assert see(link(), states=[PresentState(7, ANNA, ContactState.DELETED)]) == OutsPlan()


# ---- missing and gone


def test_missing_is_whom_the_listing_lacks_by_id_and_address() -> None:
    links = LinkBook([link(1, ANNA), link(2, BART), link(3, "c@example.be", LinkStatus.OUT)])
    assert [each.contact_id for each in missing(links, listing(contact(1, "anna.new@example.be"), contact(9, BART)))] == []
    assert [each.contact_id for each in missing(links, {})] == [1, 2]


def test_another_persons_contact_at_a_former_address_does_not_stand_in() -> None:
    moved = link(1, "anna.new@example.be", LinkStatus.OPEN, ANNA)
    moved_by_us = Link(1, "1", "anna.new@example.be", NOW, values={"email": "anna.new@example.be"}, addresses=moved.addresses)
    links = LinkBook([moved_by_us, link(2, ANNA)])
    assert [each.contact_id for each in missing(links, listing(contact(2, ANNA)))] == [1]


def test_gone_is_blocked_until_it_is_active_again() -> None:
    plan = see(link(), gone=[link()])
    assert [(each.kind, each.source, each.seen_inactive) for each in plan.outs] == [(OutKind.BLOCKED, OutSource.GONE, True)]
    assert plan.links[1].status is LinkStatus.OUT


# ---- who came back


def test_active_ends_what_was_seen_to_hold() -> None:
    plan = see(link(status=LinkStatus.OUT), outs=[out(seen_inactive=True)], listing=listing(contact()))
    assert [(each.id, each.ended_at, each.ended_by) for each in plan.ended] == [(1, NOW, "active")]
    assert plan.links[1].status is LinkStatus.RETURNED


def test_active_ends_nothing_that_was_not_seen_to_hold() -> None:
    assert see(link(status=LinkStatus.OUT), outs=[out()], listing=listing(contact())) == OutsPlan()
    assert [each.seen_inactive for each in see(outs=[out()], listing={}).outs] == [True]


@pytest.mark.parametrize("news", [{"events": [no()]}, {"states": [PresentState(1, ANNA, ContactState.UNSUBSCRIBED)]}])
def test_a_new_no_in_the_same_reading_outweighs_a_listing(news: dict[str, object]) -> None:
    plan = see(outs=[out(OutKind.OFFICE, OutSource.LEAVE, seen_inactive=True)], listing=listing(contact()), **news)
    assert plan.ended == []


def test_who_comes_back_under_another_id_is_returned_too() -> None:
    plan = see(link(status=LinkStatus.OUT), outs=[out(seen_inactive=True)], listing=listing(contact(77)))
    assert (plan.links[77].status, plan.links[77].relation_id) == (LinkStatus.RETURNED, "1")


def test_an_address_changed_in_flexmail_is_noted() -> None:
    plan = see(link(), listing=listing(contact(1, "anna.new@example.be")))
    assert plan.links[1].address == "anna.new@example.be"
    assert plan.links[1].addresses == {ANNA, "anna.new@example.be"}


# ---- consent


def given(on: datetime = NOW - HOUR, recorded: datetime = NOW - HOUR, address: str = ANNA) -> Consent:
    return Consent(address, on, "letter", recorded)


def test_a_state_of_before_the_consent_is_no_new_no() -> None:
    states = [PresentState(1, ANNA, ContactState.BLACKLISTED)]
    assert see(link(status=LinkStatus.RELEASED), states=states, consents=[given()]).outs == []
    assert see(link(), states=states, consents=[given()]).states == 1, "it was active since"


def test_a_no_that_the_consent_answered_is_recorded_as_ended() -> None:
    plan = see(link(), events=[no(NOW - 2 * HOUR)], consents=[given()])
    assert [each.ended_by for each in plan.outs] == ["consent"]
    assert see(link(), events=[no(NOW - MINUTE)], consents=[given()]).outs[0].ended_at is None


# ---- the book


@pytest.mark.parametrize(
    ("kind", "follows"),
    [(OutKind.PERSON, True), (OutKind.OFFICE, True), (OutKind.BLOCKED, True), (OutKind.UNDELIVERABLE, False)],
)
def test_a_no_follows_its_relation_to_a_changed_address(kind: OutKind, *, follows: bool) -> None:
    book = OutBook([out(kind)], [link(status=LinkStatus.OUT)])
    assert (book.of_relation("1", "anna.new@example.be") is not None) is follows
    assert book.of_relation("2", "anna.new@example.be") is None
    assert book.of_relation("2", ANNA) is not None


def test_a_consent_for_the_new_address_frees_it() -> None:
    book = OutBook([out()], [link(status=LinkStatus.OUT)], [given(address="anna.new@example.be")])
    assert book.of_relation("1", "anna.new@example.be") is None
    assert book.of_relation("1", ANNA) is not None
    late = OutBook([out(at=NOW + DAY)], [link(status=LinkStatus.OUT)], [given(address="anna.new@example.be")])
    assert late.of_relation("1", "anna.new@example.be") is not None


def test_the_gravest_no_speaks_for_an_address() -> None:
    kinds = [OutKind.OFFICE, OutKind.BLOCKED, OutKind.PERSON, OutKind.UNDELIVERABLE]
    found = OutBook([out(kind) for kind in kinds], []).of_address(ANNA)
    assert found is not None
    assert found.kind is OutKind.PERSON


def test_came_back_is_who_was_out_and_is_no_more() -> None:
    ended = out(ended_at=NOW)
    assert OutBook([ended], []).came_back(ANNA)
    assert not OutBook([ended, out()], []).came_back(ANNA)
    assert not OutBook([], []).came_back(ANNA)


def test_persons_and_the_blocked_are_unticked_once() -> None:
    assert [each.kind for each in due_unticks([out(kind) for kind in OutKind])] == [OutKind.PERSON, OutKind.BLOCKED]
    assert due_unticks([out(unticked_at=NOW), out(ended_at=NOW)]) == []
