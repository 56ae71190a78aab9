"""What is known of outs and links, found by whatever the decisions ask for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from flexsync_cli.domain.known import LinkBook, OutBook, contacts_by_address
from flexsync_cli.domain.model import Contact, LinkStatus, OutKind
from tests.domain.people import LONG_AGO, link, out

A, B, C = "een@example.be", "twee@example.be", "drie@example.be"


def test_a_no_of_any_address_the_contact_had_follows_its_relation() -> None:
    moved = replace(link(11, 1, B, LinkStatus.OUT), addresses=frozenset({A, B}))
    assert OutBook([out(A)], [moved]).of_relation("1", C) == out(A)
    assert OutBook([out(B)], [replace(moved, addresses=frozenset({A}))]).of_relation("1", C) == out(B)
    assert OutBook([out(A)], [replace(moved, status=LinkStatus.RELEASED)]).of_relation("1", C) is None


def test_a_refusal_follows_the_relation_that_was_refused() -> None:
    book = OutBook([out(A, OutKind.BLOCKED)], [link(11, 1, B, LinkStatus.OUT)], refused={"1": A, "2": B})
    assert book.of_relation("1", C) == out(A, OutKind.BLOCKED)
    assert book.of_relation("2", C) is None


@pytest.mark.parametrize("kind", OutKind)
def test_of_two_noes_alike_the_first_speaks(kind: OutKind) -> None:
    later = replace(out(A, kind), at=LONG_AGO + timedelta(days=1))
    assert OutBook([out(A, kind), later], []).of_address(A) == out(A, kind)


def test_links_are_found_by_relation_and_by_every_address() -> None:
    moved = replace(link(11, 1, B), addresses=frozenset({A, B}))
    closed, second = link(12, 1, C, LinkStatus.KEPT), link(13, 1, C)
    book = LinkBook([moved, closed, second, link(14, 9, A, LinkStatus.DELETED)])
    assert [each.contact_id for each in book.open_links()] == [11, 13]
    assert book.open_count == 2
    assert {address: [each.contact_id for each in links] for address, links in book.by_any_address.items()} == {
        A: [11, 14],
        B: [11],
        C: [12, 13],
    }
    assert [each.contact_id for each in book.closed] == [12, 14]
    assert {address: [each.contact_id for each in links] for address, links in book.closed_by_address.items()} == {
        C: [12],
        A: [14],
    }
    assert (book.open_by_address, book.deleted) == ({B: moved, C: second}, {"9"})


def test_of_two_open_contacts_at_one_address_the_first_counts() -> None:
    assert LinkBook([link(11, 1, A), link(12, 2, A)]).open_by_address == {A: link(11, 1, A)}


def test_a_listing_is_read_by_address_however_one_is_spelled() -> None:
    listing = {7: Contact(7, "Een@Example.be"), 8: Contact(8, B)}
    assert contacts_by_address(listing, {A, B}) == {A: listing[7], B: listing[8]}
