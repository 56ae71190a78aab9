"""Bounces: their kind, what is new, and which addresses are wrong."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flexsync_cli.domain.bounce_mail import BouncedPerson, reason_key
from flexsync_cli.domain.bounces import (
    BounceFile,
    NewBounce,
    filed,
    hard_addresses,
    is_bad_address,
    kind_of,
    news,
    people,
    undeliverable,
)
from flexsync_cli.domain.events import Bounce
from flexsync_cli.domain.matching import Matcher
from flexsync_cli.domain.model import Link, LinkStatus, Out, OutKind, OutSource, Relation
from flexsync_cli.domain.selection import Rules

NOON = datetime(2026, 11, 2, 11, tzinfo=UTC)
AN = "an@example.be"


def bounce(
    code: str = "5.1.1", minutes: int = 0, contact: int | None = 7, address: str = AN, campaign: int | None = 4711
) -> Bounce:
    return Bounce(NOON + timedelta(minutes=minutes), contact, address, campaign, code, "User unknown")


def matcher(*links: Link) -> Matcher:
    relation = Relation("1", "Peeters", "An", AN, "N", "3", active=True, newsletter=True)
    return Matcher(links, [relation], Rules())


def link(address: str = AN, contact: int = 7) -> Link:
    return Link(contact, "1", address, NOON, addresses=frozenset({address, AN}))


def untold(*bounces: Bounce, links: tuple[Link, ...] = ()) -> list[NewBounce]:
    return news(bounces, matcher(*links), lambda _: ())


@pytest.mark.parametrize(
    ("code", "kind"),
    [("5.1.1", "hard"), (" 550", "hard"), ("4.2.2", "soft"), ("", "unknown"), ("2.0.0", "unknown"), ("x", "unknown")],
)
def test_the_first_digit_tells_the_kind(code: str, kind: str) -> None:
    assert kind_of(code) == kind


@pytest.mark.parametrize(
    ("code", "bad"),
    [("5.1.1", True), (" 5.1.10 ", True), ("5.2.1", False), ("550", False), ("4.1.1", False), ("5.1", False), ("", False)],
)
def test_only_status_5_1_says_that_an_address_is_wrong(code: str, bad: bool) -> None:
    assert is_bad_address(code) is bad


def test_hard_ones_are_known_by_their_address() -> None:
    assert hard_addresses([bounce(), bounce("4.2.2", address="b@example.be"), bounce(address="")]) == {AN}


def test_one_a_contact_campaign_and_kind_the_earliest() -> None:
    new = untold(
        bounce("5.1.1", 5),
        bounce("5.2.1", 1),
        bounce("4.2.2"),
        bounce(campaign=None),
        bounce(contact=8, address="b@example.be"),
    )
    assert [(each.bounce.code, each.campaign, each.person) for each in new] == [
        ("4.2.2", 4711, "7"),
        ("5.1.1", 0, "7"),
        ("5.1.1", 4711, "8"),
        ("5.2.1", 4711, "7"),
    ]


def test_what_was_told_is_not_new() -> None:
    (first,) = untold(bounce())
    assert news([bounce(minutes=9), bounce("4.2.2")], matcher(), lambda _: {first.mark}) != []
    assert [each.kind for each in news([bounce(minutes=9), bounce("4.2.2")], matcher(), lambda _: {first.mark})] == ["soft"]


def test_a_contact_told_without_its_id_is_the_same() -> None:
    assert len(untold(bounce(), bounce(contact=None), links=(link(),))) == 1


def test_the_mail_knows_the_person_since_when_and_how_often() -> None:
    new = untold(bounce())
    files = filed({AN: BounceFile(NOON - timedelta(days=9), 2)}, new)
    (person,) = people(new, matcher(link()), files, {4711: "Nieuws"})
    assert (person.relation_id, person.name, person.campaign) == ("1", "An Peeters", "Nieuws")
    assert (person.since, person.times) == (NOON - timedelta(days=9), 3)


def test_who_is_nobody_in_admin_is_told_without_a_name() -> None:
    new = untold(bounce(contact=9, address="vreemde@example.be"))
    (person,) = people(new, matcher(link()), filed({}, new), {})
    assert (person.relation_id, person.name, person.campaign, person.times) == ("", "", "", 1)


def test_a_wrong_address_is_out_and_its_link_closed() -> None:
    outs, links = undeliverable(untold(bounce(), bounce("5.1.2", 1)), [link()], [], NOON)
    assert [(out.address, out.kind, out.at, out.contact_id) for out in outs] == [(AN, OutKind.UNDELIVERABLE, NOON, 7)]
    assert [closed.status for closed in links] == [LinkStatus.OUT]


def test_who_has_another_address_by_now_is_not_meant() -> None:
    outs, links = undeliverable(untold(bounce()), [link("an.peeters@example.be")], [], NOON)
    assert [(out.address, out.contact_id) for out in outs] == [(AN, None)]
    assert links == []


def test_who_is_out_already_stays_what_he_is() -> None:
    out = Out(AN, OutKind.PERSON, OutSource.EVENT, NOON, NOON)
    assert undeliverable(untold(bounce()), [link()], [out], NOON) == ([], [])


def test_who_was_seen_to_be_undeliverable_is_known_to_have_bounced() -> None:
    out = Out(AN, OutKind.UNDELIVERABLE, OutSource.STATE, NOON, NOON, id=3)
    assert undeliverable(untold(bounce()), [link()], [out], NOON) == ([replace(out, source=OutSource.EVENT)], [])
    ended = replace(out, ended_at=NOON)
    [new], _ = undeliverable(untold(bounce()), [link()], [ended], NOON)
    assert new.id is None, "a new out: the old one was answered"


def test_the_mail_tells_all_there_is_to_know_of_one() -> None:
    new = untold(bounce("5.2.2", minutes=3))
    (person,) = people(new, matcher(link()), filed({}, new), {4711: "Nieuws"})
    since = NOON + timedelta(minutes=3)
    assert person == BouncedPerson("1", "An Peeters", AN, "5.2.2", "hard", reason_key("5.2.2"), "Nieuws", since, 1)


@pytest.mark.parametrize(
    ("seen", "known"),
    [(bounce(address="elders@example.be"), link("an.peeters@example.be")), (bounce(contact=None), link())],
    ids=["by the contact's id", "by the address"],
)
def test_a_person_is_found_by_what_flexmail_tells(seen: Bounce, known: Link) -> None:
    new = untold(seen)
    stranger = Matcher([known], [Relation("1", "Peeters", "An", "", "N", "3", active=True, newsletter=True)], Rules())
    assert [person.relation_id for person in people(new, stranger, filed({}, new), {})] == ["1"]


def test_each_bounce_of_an_address_counts_since_the_first() -> None:
    new = untold(bounce(minutes=5), bounce("4.2.2", minutes=1))
    assert filed({}, new) == {AN: BounceFile(NOON + timedelta(minutes=1), 2)}
    assert filed({AN: BounceFile(NOON + timedelta(minutes=2), 4)}, new) == {AN: BounceFile(NOON + timedelta(minutes=1), 6)}


def test_every_wrong_address_is_out_and_its_link_closed_now() -> None:
    other = replace(link("b@example.be", 8), addresses=frozenset({"b@example.be"}))
    now = NOON + timedelta(hours=1)
    outs, links = undeliverable(untold(bounce(), bounce(contact=8, address="b@example.be")), [link(), other], [], now)
    assert outs == [
        Out(AN, OutKind.UNDELIVERABLE, OutSource.EVENT, NOON, now, 7),
        Out("b@example.be", OutKind.UNDELIVERABLE, OutSource.EVENT, NOON, now, 8),
    ]
    assert links == [replace(known, status=LinkStatus.OUT, since=now) for known in (link(), other)]


def test_what_was_told_of_one_campaign_is_new_of_another() -> None:
    (first,) = untold(bounce())
    marks = {4711: {first.mark}}
    new = news([bounce(), bounce(campaign=4712)], matcher(), lambda campaign: marks.get(campaign, set()))
    assert [each.campaign for each in new] == [4712]
