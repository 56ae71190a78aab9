"""Whose relation a contact is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flexsync_cli.domain.matching import Matcher
from flexsync_cli.domain.model import Link, LinkStatus, Relation
from flexsync_cli.domain.selection import Rules

NOON = datetime(2026, 11, 2, 11, tzinfo=UTC)
OLD, NEW = "old@example.be", "new@example.be"


def relation(number: int, email: str, *, ticked: bool = True, crm_type: str = "3") -> Relation:
    return Relation(str(number), "Peeters", "An", email, "N", crm_type, active=True, newsletter=ticked)


def link(contact: int, number: int, address: str, *former: str, status: LinkStatus = LinkStatus.OPEN) -> Link:
    return Link(contact, str(number), address, NOON, status, addresses=frozenset({address, *former}))


def test_the_id_comes_first() -> None:
    matcher = Matcher([link(7, 1, NEW), link(8, 2, OLD)], [relation(1, NEW), relation(2, OLD)], Rules())
    assert matcher.relation_of(7, OLD) == "1"


def test_then_every_address_it_had() -> None:
    matcher = Matcher([link(7, 1, NEW, OLD)], [relation(1, NEW)], Rules())
    assert matcher.relation_of(None, OLD) == "1"
    assert matcher.contact_of(None, OLD) == 7


def test_an_open_link_goes_before_a_closed_one() -> None:
    links = [link(7, 1, OLD, status=LinkStatus.OUT), link(8, 2, NEW, OLD)]
    assert Matcher(links, [relation(1, OLD), relation(2, NEW)], Rules()).relation_of(None, OLD) == "2"


def test_who_is_not_linked_is_found_in_admin_by_who_would_hold_the_address() -> None:
    relations = [relation(1, NEW, ticked=False), relation(3, NEW), relation(2, NEW, crm_type="8")]
    assert Matcher([], relations, Rules()).relation_of(9, NEW) == "2"
    assert Matcher([], relations, Rules(crm_type_order=("3",))).relation_of(9, NEW) == "3"
    assert Matcher([], relations[:1], Rules()).relation_of(9, NEW) == "1"


def test_a_relation_that_is_gone_is_nobody() -> None:
    matcher = Matcher([link(7, 1, OLD)], [], Rules())
    assert matcher.relation_of(7, OLD) is None
    assert matcher.contact_of(7, OLD) == 7
    assert matcher.contact_of(None, NEW) is None


@pytest.mark.parametrize("status", [LinkStatus.OPEN, LinkStatus.OUT])
def test_of_several_links_the_newest_counts(status: LinkStatus) -> None:
    older, newer = link(7, 1, OLD, status=status), replace(link(8, 2, OLD, status=status), since=NOON + timedelta(days=1))
    rows = [relation(1, NEW), relation(2, NEW)]
    for links in ([older, newer], [newer, older]):
        assert Matcher(links, rows, Rules()).relation_of(None, OLD) == "2"
