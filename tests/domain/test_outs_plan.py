"""Exactly what an opt-out leaves in state: whose, of which kind, since when, and which links it closes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flexsync_cli.domain.echoes import OwnWrite
from flexsync_cli.domain.events import ContactState, Event, EventKind, PresentState
from flexsync_cli.domain.known import LinkBook
from flexsync_cli.domain.model import Consent, Contact, ContactId, Link, LinkStatus, Out, OutKind, OutSource
from flexsync_cli.domain.outs import OutsPlan, OutsSight, decide, due_unticks, missing

NOW = datetime(2026, 5, 20, 8, 0, tzinfo=UTC)
THERE = NOW + timedelta(seconds=7)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ANNA, BART, ANNA_NOW = "anna@example.be", "bart@example.be", "anna.new@example.be"


def link(contact_id: int = 1, address: str = ANNA, status: LinkStatus = LinkStatus.OPEN, *former: str) -> Link:
    return Link(contact_id, str(contact_id), address, NOW - 9 * DAY, status, addresses=frozenset({address, *former}))


def out(kind: OutKind = OutKind.PERSON, source: OutSource = OutSource.EVENT, address: str = ANNA, **more: object) -> Out:
    return replace(Out(address, kind, source, NOW - HOUR, NOW - HOUR, id=1), **more)  # type: ignore[arg-type]  # fields of Out


def no(at: datetime = NOW - MINUTE, address: str = ANNA, contact_id: int | None = 1) -> Event:
    return Event(EventKind.UNSUBSCRIPTION, at, contact_id, address)


def state(contact_id: int | None = 1, address: str = ANNA, said: ContactState = ContactState.UNSUBSCRIBED) -> PresentState:
    return PresentState(contact_id, address, said)


def see(*links: Link, **more: object) -> OutsPlan:
    sight = OutsSight(LinkBook(links), more.pop("outs", ()), NOW, THERE, **more)  # type: ignore[arg-type]  # its fields
    return decide(sight)


def listing(*contacts: tuple[ContactId, str]) -> dict[ContactId, Contact]:
    return {number: Contact(number, address) for number, address in contacts}


def closed(known: Link, status: LinkStatus = LinkStatus.OUT) -> dict[ContactId, Link]:
    return {known.contact_id: replace(known, status=status, since=NOW)}


# ---- events


@pytest.mark.parametrize("contact_id", [1, None])
def test_a_no_is_kept_with_whose_it_is_when_it_was_said_and_when_we_heard(contact_id: int | None) -> None:
    recorded = Out(ANNA, OutKind.PERSON, OutSource.EVENT, NOW - MINUTE, NOW, contact_id)
    assert see(link(), events=[no(contact_id=contact_id)]) == OutsPlan([recorded], closed(link()), events=1)


def test_a_no_that_names_a_contact_is_that_contacts_whoever_has_the_address_now() -> None:
    assert see(link(1, ANNA), link(2, BART), events=[no(address=BART)]).links == closed(link(1, ANNA))


def test_each_event_and_each_echo_is_counted_and_none_twice() -> None:
    writes = [OwnWrite(EventKind.UNSUBSCRIPTION, number, "", NOW) for number in (7, 8)]
    echoes = [no(NOW, f"{number}@example.be", number) for number in (7, 8)]
    said = [no(NOW - 2 * MINUTE, BART, 2), no(), no()]
    plan = see(events=[*said, *echoes], own_writes=writes)
    assert (plan.events, plan.echoes, len(plan.outs)) == (2, 2, 2)


def test_what_was_heard_before_stays_heard_when_others_speak() -> None:
    known = replace(out(), at=NOW - MINUTE)
    assert see(outs=[known], events=[no(NOW - 2 * MINUTE, BART, 2), no(contact_id=None)]).events == 1


@pytest.mark.parametrize(("kind", "source"), [(OutKind.UNDELIVERABLE, OutSource.EVENT), (OutKind.PERSON, OutSource.STATE)])
def test_a_bounce_or_a_state_of_the_same_moment_is_not_the_persons_word(kind: OutKind, source: OutSource) -> None:
    assert see(outs=[out(kind, source)], events=[no(NOW - HOUR)]).events == 1


def test_a_no_of_the_moment_of_an_ended_one_is_that_one() -> None:
    ended = out(source=OutSource.STATE, ended_at=NOW)
    assert see(outs=[ended], events=[no(NOW - HOUR)]) == OutsPlan()


def test_of_several_that_have_ended_the_last_one_counts() -> None:
    ended = [out(source=OutSource.STATE, ended_at=NOW), out(source=OutSource.STATE, at=NOW - DAY, ended_at=NOW)]
    assert see(outs=ended, events=[no(NOW - HOUR)]) == see(outs=ended[::-1], events=[no(NOW - HOUR)]) == OutsPlan()


def test_we_begin_with_the_moment_that_we_began() -> None:
    assert see(events=[no(NOW - HOUR)], began=NOW - HOUR).events == 1


# ---- states


def test_a_state_is_kept_by_flexmails_clock_and_seen_to_hold() -> None:
    recorded = Out(ANNA, OutKind.PERSON, OutSource.STATE, THERE, NOW, 1, seen_inactive=True)
    assert see(link(), states=[state()]) == OutsPlan([recorded], closed(link()), states=1)
    assert see(link(), states=[state(address="")]) == OutsPlan([recorded], closed(link()), states=1)


def test_a_state_of_nobody_known_without_an_address_says_nothing() -> None:
    assert see(link(), states=[state(9, "")]) == OutsPlan()


def test_each_state_is_counted() -> None:
    assert see(states=[state(1, ANNA), state(2, BART)]).states == 2


@pytest.mark.parametrize("told", [state(None), state(1, BART)])
def test_a_state_closes_the_contact_it_names_or_the_one_at_its_address(told: PresentState) -> None:
    known = [out(), out(address=BART)]
    assert see(link(), outs=known, states=[told]) == OutsPlan(links=closed(link()))


def test_a_state_adds_nothing_to_a_no_heard_in_the_same_reading() -> None:
    plan = see(link(), events=[no()], states=[state()])
    assert (plan.events, plan.states, len(plan.outs)) == (1, 0, 1)


def test_deleted_ends_the_link_now() -> None:
    assert see(link(), states=[state(said=ContactState.DELETED)]) == OutsPlan(links=closed(link(), LinkStatus.DELETED))


# ---- gone


def test_gone_is_blocked_by_flexmails_clock() -> None:
    recorded = Out(ANNA, OutKind.BLOCKED, OutSource.GONE, THERE, NOW, 1, seen_inactive=True)
    assert see(link(), gone=[link()]) == OutsPlan([recorded], closed(link()), gone=1)
    assert see(gone=[link(), link(2, BART)]).gone == 2


def test_whoever_is_gone_does_not_come_back_in_the_same_reading() -> None:
    assert see(link(), gone=[link()], listing=listing((9, ANNA))).ended == []


def test_a_contact_that_stands_at_the_address_admin_knows_stands_in_for_the_missing_one() -> None:
    moved = replace(link(1, ANNA_NOW), values={"email": ANNA})
    assert missing(LinkBook([moved]), listing((9, ANNA))) == []
    assert missing(LinkBook([moved, link(9, BART)]), listing((9, ANNA))) == [moved]
    assert missing(LinkBook([moved, link(9, BART)]), listing((9, ANNA_NOW))) == []
    assert missing(LinkBook([moved]), listing((9, BART))) == [moved]


# ---- who came back


def test_everybody_who_came_back_is_told_with_the_link_as_it_was() -> None:
    known = [link(1, ANNA, LinkStatus.OUT), link(2, BART, LinkStatus.OUT)]
    said = [out(seen_inactive=True), out(address=BART, seen_inactive=True)]
    plan = see(*known, outs=said, listing=listing((1, ANNA), (77, BART)))
    ended = [replace(each, ended_at=NOW, ended_by="active") for each in said]
    back = {
        1: replace(known[0], status=LinkStatus.RETURNED, since=NOW),
        77: replace(known[1], contact_id=77, status=LinkStatus.RETURNED, since=NOW),
    }
    assert plan == OutsPlan(ended, back, ended=ended)


def test_who_came_back_by_id_is_that_contact_though_another_had_the_address_before() -> None:
    known = [link(1, ANNA, LinkStatus.OUT), link(2, BART, LinkStatus.OUT, ANNA)]
    plan = see(*known, outs=[out(seen_inactive=True)], listing=listing((2, ANNA)))
    assert plan.links == {2: replace(known[1], address=ANNA, status=LinkStatus.RETURNED, since=NOW)}


def test_who_came_back_and_was_never_linked_is_no_link() -> None:
    plan = see(outs=[out(seen_inactive=True)], listing=listing((1, ANNA)))
    assert (len(plan.ended), plan.links) == (1, {})


def test_every_out_that_holds_is_noted_once() -> None:
    said = [out(), out(address=BART)]
    assert [each.address for each in see(outs=said, listing={}).outs] == [ANNA, BART]
    assert see(outs=[out(seen_inactive=True)], listing={}) == OutsPlan()
    assert len(see(events=[no()], listing={}).outs) == 1


def test_a_listing_that_shows_what_we_know_changes_nothing() -> None:
    assert see(link(), listing=listing((1, ANNA))) == OutsPlan()
    assert see(link(status=LinkStatus.KEPT), listing=listing((1, ANNA_NOW))) == OutsPlan()


# ---- consent


def given(recorded: datetime = NOW - HOUR) -> Consent:
    return Consent(ANNA, recorded, "letter", recorded)


def test_a_no_that_a_consent_answered_is_kept_whole() -> None:
    heard = no(NOW - 2 * HOUR, contact_id=1)
    recorded = Out(ANNA, OutKind.PERSON, OutSource.EVENT, heard.at, NOW, 1, ended_at=NOW, ended_by="consent")
    assert see(link(), events=[heard], consents=[given()]) == OutsPlan([recorded], closed(link()), events=1)
    assert see(link(), events=[replace(heard, contact_id=None)], consents=[given()]).links == closed(link())


def test_a_no_of_the_contact_that_a_consent_answered_closes_just_that_contact() -> None:
    heard = no(NOW - 2 * HOUR, contact_id=2)
    assert see(link(), link(2, BART), events=[heard], consents=[given()]).links == closed(link(2, BART))


def test_a_no_of_the_very_moment_a_consent_was_recorded_stands() -> None:
    assert see(events=[no(NOW - HOUR)], consents=[given(NOW - HOUR)]).outs[0].ended_at is None


@pytest.mark.parametrize(
    ("known", "says"),
    [
        (out(recorded_at=NOW, ended_at=NOW, ended_by="consent"), False),
        (out(recorded_at=NOW - HOUR, ended_at=NOW, ended_by="active"), False),
        (out(recorded_at=NOW, ended_at=NOW, ended_by="active"), True),
        (out(address=BART, recorded_at=NOW), False),
    ],
    ids=["ended by the consent", "of before it", "of after it", "of another address"],
)
def test_the_old_state_says_nothing_until_there_was_a_no_after_the_consent(known: Out, says: bool) -> None:
    assert bool(see(outs=[known], states=[state()], consents=[given()]).states) is says


# ---- unticks


def test_of_bounces_only_a_bounce_seen_by_itself_unticks_and_only_where_wanted() -> None:
    every = [out(kind, source) for kind in OutKind for source in OutSource]
    always = {(kind, source) for kind in (OutKind.PERSON, OutKind.BLOCKED) for source in OutSource}
    assert {(each.kind, each.source) for each in due_unticks(every)} == always
    wanted = {(each.kind, each.source) for each in due_unticks(every, hard_bounces=True)}
    assert wanted - always == {(OutKind.UNDELIVERABLE, OutSource.EVENT)}
