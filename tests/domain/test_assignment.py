from collections import Counter
from collections.abc import Iterable

from hypothesis import given

from flexsync_cli.domain.assignment import Assignment, assign
from flexsync_cli.domain.known import LinkBook
from flexsync_cli.domain.model import Contact, Link, LinkStatus, Relation
from flexsync_cli.domain.selection import Rules, Selection, select
from tests.domain.people import Office, link, offices, relation

A, B, C, D = (f"{letter}@example.be" for letter in "abcd")


def assigned(relations: Iterable[Relation], links: Iterable[Link], listing: Iterable[Contact] | None = None) -> Assignment:
    office = Office(list(relations), list(links))
    selection = select(office.relations, office.known, Rules())
    return assign(selection, office.known.links, _finder(listing))


def _finder(listing: Iterable[Contact] | None):  # type: ignore[no-untyped-def]  # as assign's own parameter
    return None if listing is None else {contact.email: contact for contact in listing}.get


def ids(links: dict[str, Link]) -> dict[str, int]:
    return {relation_id: each.contact_id for relation_id, each in links.items()}


def test_new_and_kept() -> None:
    result = assigned([relation(1, A), relation(2, B)], [link(11, 1, A)])
    assert (ids(result.kept), result.new) == ({"1": 11}, ["2"])


def test_a_changed_address_takes_its_contact_along() -> None:
    assert ids(assigned([relation(1, B)], [link(11, 1, A)]).readdressed) == {"1": 11}


def test_a_chain_moves_from_its_free_end() -> None:
    links = [link(11, 1, A), link(12, 2, B), link(13, 3, C)]
    result = assigned([relation(1, B), relation(2, C), relation(3, D)], links)
    assert list(result.readdressed) == ["3", "2", "1"]
    assert result.moved == {}


def test_a_cycle_exchanges_the_links() -> None:
    result = assigned([relation(1, B), relation(2, C), relation(3, A)], [link(11, 1, A), link(12, 2, B), link(13, 3, C)])
    assert ids(result.moved) == {"1": 12, "2": 13, "3": 11}


def test_a_chain_into_a_cycle() -> None:
    links = [link(11, 1, A), link(12, 2, B), link(14, 4, D)]
    result = assigned([relation(1, B), relation(2, A), relation(4, "e@example.be"), relation(5, D)], links)
    assert ids(result.moved) == {"1": 12, "2": 11}
    assert ids(result.readdressed) == {"4": 14}
    assert result.new == ["5"]


def test_whoever_left_hands_its_contact_over() -> None:
    result = assigned([relation(1, A, ticked=False), relation(2, A)], [link(11, 1, A)])
    assert ids(result.moved) == {"2": 11}


def test_an_address_changed_there_is_kept() -> None:
    result = assigned([relation(1, A)], [link(11, 1, B, admin=A)])
    assert ids(result.kept) == {"1": 11}


def test_the_address_that_another_changed_to_there_is_a_conflict() -> None:
    result = assigned([relation(1, A), relation(2, B)], [link(11, 1, B, admin=A)])
    assert result.conflicts == ["2"]


def test_a_listed_contact_is_found() -> None:
    result = assigned([relation(1, A)], [], [Contact(50, A)])
    assert result.found["1"].id == 50


def test_a_listed_contact_that_was_anothers_is_moved() -> None:
    result = assigned([relation(1, A, ticked=False), relation(2, A)], [link(11, 1, A, LinkStatus.KEPT)], [Contact(11, A)])
    assert ids(result.moved) == {"2": 11}


def test_merged_there_is_found_anew() -> None:
    result = assigned([relation(1, A)], [link(11, 1, A)], [Contact(50, A)])
    assert result.found["1"].id == 50


def test_a_contact_that_only_moved_there_is_no_merge() -> None:
    result = assigned([relation(1, A)], [link(11, 1, B, admin=A)], [Contact(11, B), Contact(50, A)])
    assert ids(result.kept) == {"1": 11}


def test_a_superseded_contact_is_taken_up_again() -> None:
    superseded = link(11, 1, A, LinkStatus.SUPERSEDED)
    assert ids(assigned([relation(1, A)], [superseded]).kept) == {"1": 11}
    assert ids(assigned([relation(1, B)], [superseded]).readdressed) == {"1": 11}


def test_a_closed_contact_that_is_not_active_is_not() -> None:
    assert assigned([relation(1, A)], [link(11, 1, A, LinkStatus.SUPERSEDED)], []).new == ["1"]
    assert assigned([relation(1, B)], [link(11, 1, A, LinkStatus.SUPERSEDED)], []).new == ["1"]


def test_released_and_deleted_contacts_are_not_taken_up() -> None:
    assert assigned([relation(1, A)], [link(11, 9, A, LinkStatus.RELEASED)]).new == ["1"]


@given(offices())
def test_each_holder_gets_one_outcome_and_each_contact_one_relation(office: Office) -> None:
    selection, result = _assign(office)
    groups = [*result.kept, *result.moved, *result.readdressed, *result.found, *result.new, *result.conflicts]
    assert sorted(groups) == sorted(selection.holders.values())
    contacts = [each.contact_id for group in (result.kept, result.moved, result.readdressed) for each in group.values()]
    contacts += [contact.id for contact in result.found.values()]
    assert max(Counter(contacts).values(), default=1) == 1


@given(offices())
def test_each_address_is_free_when_a_contact_comes_to_it(office: Office) -> None:
    selection, result = _assign(office)
    occupied = {each.address: each.contact_id for each in LinkBook(office.links).open_links()}
    for relation_id, mine in result.readdressed.items():
        target = selection.keys[relation_id]
        assert occupied.get(target, mine.contact_id) == mine.contact_id
        if occupied.get(mine.address) == mine.contact_id:
            del occupied[mine.address]
        occupied[target] = mine.contact_id
    for relation_id, there in result.moved.items():
        assert there.address == selection.keys[relation_id]


def _assign(office: Office) -> tuple[Selection, Assignment]:
    selection = select(office.relations, office.known, Rules())
    listing = None if office.listing is None else office.listing.values()
    return selection, assign(selection, office.known.links, _finder(listing))


def test_of_several_contacts_the_one_at_the_address_is_kept() -> None:
    assert ids(assigned([relation(1, A)], [link(11, 1, C), link(12, 1, A)]).kept) == {"1": 12}


def test_of_several_contacts_none_at_the_address_the_first_takes_it() -> None:
    assert ids(assigned([relation(1, C)], [link(11, 1, A), link(12, 1, B)]).readdressed) == {"1": 11}


def test_a_contact_is_not_exchanged_for_that_of_another_relation() -> None:
    """Another relation's contact took the address over there."""
    result = assigned([relation(1, A), relation(2, B)], [link(11, 1, A), link(50, 2, B)], [Contact(50, A)])
    assert ids(result.kept) == {"1": 11, "2": 50}


def test_a_contact_that_goes_on_with_its_relation_is_not_taken_on_the_way() -> None:
    """Its relation has a new address, and its contact goes there."""
    result = assigned([relation(1, A), relation(2, C)], [link(11, 1, A), link(50, 2, B)], [Contact(50, A)])
    assert (ids(result.kept), ids(result.readdressed), result.moved) == ({"1": 11}, {"2": 50}, {})


def test_merged_into_a_contact_that_is_nobodys_any_more_is_found_anew() -> None:
    result = assigned([relation(1, A)], [link(11, 1, A), link(50, 9, B, LinkStatus.RELEASED)], [Contact(50, A)])
    assert result.found["1"].id == 50


def test_merged_into_the_contact_of_a_relation_that_leaves_takes_it_over() -> None:
    leaver, stayer = relation(2, B, ticked=False), relation(1, A)
    result = assigned([stayer, leaver], [link(11, 1, A), link(50, 2, B)], [Contact(50, A)])
    assert (ids(result.moved), result.kept) == ({"1": 50}, {})


def test_of_closed_contacts_at_the_address_its_own_is_taken_up() -> None:
    closed = [link(11, 9, A, LinkStatus.SUPERSEDED), link(12, 1, A, LinkStatus.SUPERSEDED)]
    assert ids(assigned([relation(1, A)], closed).kept) == {"1": 12}
    result = assigned([relation(1, A)], closed[:1])
    assert (ids(result.moved), result.kept) == ({"1": 11}, {})


def test_the_listed_contact_of_another_relation_is_a_conflict() -> None:
    result = assigned([relation(1, A), relation(2, B)], [link(12, 2, B)], [Contact(12, A)])
    assert (result.conflicts, ids(result.kept)) == (["1"], {"2": 12})


def test_a_contact_left_behind_comes_along_once_the_way_is_free() -> None:
    result = assigned([relation(1, B), relation(2, C)], [link(11, 1, A, LinkStatus.SUPERSEDED), link(12, 2, B)])
    assert list(result.readdressed) == ["2", "1"]
    assert ids(result.readdressed) == {"1": 11, "2": 12}
