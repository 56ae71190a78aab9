"""Which route is cheapest, and what it never does."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.domain.model import Contact, ContactId, Value
from flexsync_cli.domain.plan import Adopt, Change, Create, Leave, LeaveReason, Move, Readdress, Update
from flexsync_cli.domain.price import minutes, polls_spared, price, price_of_import, price_of_listing, price_of_probe
from flexsync_cli.domain.route import Means, Route, choose


def address(number: int) -> str:
    return f"relation{number}@example.be"


def creates(count: int) -> list[Change]:
    return [Create(str(number), address(number), {"name": "Peeters"}) for number in range(1, count + 1)]


def updates(count: int, values: Mapping[str, Value] | None = None) -> list[Change]:
    return [
        Update(str(number), number, address(number), {}, values or {"name": "Claes"}) for number in range(1001, 1001 + count)
    ]


def contacts(count: int, first: int = 1001) -> dict[ContactId, Contact]:
    """As Flexmail lists them, each with a field that only Flexmail has."""
    return {
        number: Contact(number, address(number), name="Peeters", custom_fields={"shoe_size": "42"})
        for number in range(first, first + count)
    }


def means(
    listing: Mapping[ContactId, Contact] | None = None,
    *,
    there: int = 0,
    imports: bool = True,
    probed: bool = True,
    left: int | None = None,
) -> Means:
    return Means(imports, imports, probed, len(listing) if listing is not None else there, listing, left)


def names(changes: Sequence[Change]) -> list[str]:
    return [type(change).__name__ for change in changes]


@pytest.mark.parametrize(("contacts", "calls"), [(0, 1), (1, 1), (500, 1), (501, 2), (10_000, 20)])
def test_a_listing_costs_its_pages(contacts: int, calls: int) -> None:
    assert price_of_listing(contacts) == calls


@pytest.mark.parametrize(("records", "calls"), [(1, 13), (5_000, 13), (5_001, 14), (10_000, 14)])
def test_an_import_costs_its_pages_and_its_polls(records: int, calls: int) -> None:
    assert price_of_import(records) == calls


@pytest.mark.parametrize(("calls", "least"), [(0, 0), (60, 0), (61, 1), (120, 1), (600, 9)])
def test_the_first_minute_is_free_of_waiting(calls: int, least: int) -> None:
    assert minutes(calls, 60) == least


@pytest.mark.parametrize(("records", "polls"), [(0, 0), (1, 9), (50_000, 9), (50_001, 18)])
def test_an_import_may_be_done_at_the_first_look(records: int, polls: int) -> None:
    assert polls_spared(records) == polls


def test_a_price_knows_how_much_less_it_may_become() -> None:
    one_by_one = choose(creates(14), means({}))
    assert one_by_one.least == one_by_one.price == 14
    together = choose(creates(15), means({}))
    assert (together.least, together.price) == (14 - 9, 14)
    probed = choose(updates(100), means(contacts(100), probed=False))
    assert probed.least == probed.price - 9 - 9


def test_a_few_go_one_by_one_and_many_together() -> None:
    assert choose(creates(14), means({})).imported == ()
    together = choose(creates(15), means({}))
    assert (len(together.imported), together.price) == (15, 14)


def test_ten_thousand_into_an_empty_account_cost_no_more_than_sixty() -> None:
    assert choose(creates(10_000), means({})).price == 14 + 20


def test_without_a_listing_one_is_paid_for_before_and_after() -> None:
    route = choose(creates(200), means(there=10_000))
    assert (len(route.imported), route.price) == (200, 20 + 13 + 21)
    assert choose(creates(50), means(there=10_000)).imported == ()


def test_updates_alone_are_confirmed_by_the_report() -> None:
    route = choose(updates(100), means(contacts(10_000)))
    assert (len(route.imported), route.price, route.probe) == (100, 13, None)


def test_a_probe_is_part_of_the_price() -> None:
    listing = contacts(100)
    assert choose(updates(13 + price_of_probe()), means(listing, probed=False)).imported == ()
    route = choose(updates(14 + price_of_probe()), means(listing, probed=False))
    assert route.price == 13 + price_of_probe()
    assert route.probe in route.imported


def test_where_no_contact_would_show_it_nothing_is_probed() -> None:
    listing = {number: Contact(number, address(number), name="Peeters") for number in range(1001, 1101)}
    assert choose(updates(100), means(listing, probed=False)).imported == ()


def test_creates_and_updates_share_an_import() -> None:
    route = choose([*creates(20), *updates(20)], means(contacts(100)))
    assert (len(route.imported), route.price) == (40, 13 + 1)


def test_an_account_without_imports_gets_one_call_each() -> None:
    route = choose([*creates(500), *updates(500)], means(contacts(1000), imports=False))
    assert (route.imported, route.price) == ((), 1000)


def test_what_an_import_can_not_do_goes_one_by_one() -> None:
    others: list[Change] = [
        Leave("9001", 9001, address(9001), LeaveReason.UNTICKED),
        Readdress("9002", 9002, address(1), address(9002), {}),
        Move("9003", 9003, address(9003), "7", {}),
        *updates(20, {"name": None}),
    ]
    route = choose([*others, *creates(100)], means(contacts(100)))
    assert names(route.imported) == ["Create"] * 100
    assert set(names(route.singly)) == {"Leave", "Readdress", "Move", "Update"}
    assert route.price == 13 + 1 + 1 + 2 + 1 + 20


def test_a_repair_goes_one_by_one() -> None:
    repair = Update("1001", 1001, address(1001), {}, {"name": "Claes"}, {"name": "Maes"})
    assert repair in choose([repair, *creates(100)], means(contacts(100))).singly


def test_only_who_was_seen_at_the_address_is_updated_by_import() -> None:
    listing = contacts(100)
    moved, gone = 1003, 1004
    listing[moved] = Contact(moved, "elders@example.be", custom_fields={"shoe_size": "42"})
    del listing[gone]
    route = choose(updates(100), means(listing))
    assert {change.relation_id for change in route.singly} == {str(moved), str(gone)}


# -- the month's calls


def test_what_does_not_fit_waits_the_least_urgent_first() -> None:
    plan: list[Change] = [
        *updates(2),
        *creates(2),
        Adopt("1", 1, address(1), {}),
        Leave("2", 2, address(2), LeaveReason.UNTICKED),
    ]
    route = choose(plan, means({}, left=3))
    assert names(route.singly) == ["Adopt", "Leave", "Create", "Create"]
    assert names(route.waiting) == ["Update", "Update"]
    assert names(choose(plan, means({}, left=0)).singly) == ["Adopt"]


def test_where_the_calls_are_few_the_route_that_does_most_is_taken() -> None:
    assert len(choose(creates(100), means({}, left=14)).imported) == 100
    short = choose(creates(100), means({}, left=13))
    assert (short.imported, len(short.singly), len(short.waiting)) == ((), 13, 87)


def test_an_import_does_not_take_the_calls_of_who_leaves() -> None:
    leaves = [Leave(str(number), number, address(number), LeaveReason.UNTICKED) for number in range(5001, 5011)]
    route = choose([*creates(100), *leaves], means({}, left=20))
    assert names(route.singly)[:10] == ["Leave"] * 10
    assert (route.imported, len(route.waiting)) == ((), 90)


SOME = st.builds(
    lambda new, known, leaving: [
        *creates(new),
        *updates(known),
        *[Leave(str(number), number, address(number), LeaveReason.UNTICKED) for number in range(5001, 5001 + leaving)],
    ],
    st.integers(0, 60),
    st.integers(0, 60),
    st.integers(0, 5),
)
LEFT = st.none() | st.integers(0, 150)


@given(SOME, LEFT, st.booleans(), st.booleans(), st.integers(0, 60))
def test_each_change_goes_one_way_and_nothing_costs_more_than_one_by_one(
    plan: list[Change], left: int | None, listed: bool, probed: bool, seen: int
) -> None:
    available = means(contacts(seen) if listed else None, there=seen, probed=probed, left=left)
    route = choose(plan, available)
    assert sorted(map(repr, [*route.imported, *route.singly, *route.waiting])) == sorted(map(repr, plan))
    assert route.price <= price([*route.imported, *route.singly])
    assert left is None or route.price <= left
    assert route.waiting == () or left is not None
    assert route.probe is None or route.probe in route.imported
    _waits_last(route)


def _waits_last(route: Route) -> None:
    """Nobody who leaves waits for what is less urgent."""
    if any(isinstance(change, Leave) for change in route.waiting):
        assert all(isinstance(change, Leave) for change in route.singly)
        assert route.imported == ()


def known(base: Mapping[str, Value]) -> list[Change]:
    """A thousand updates of the name, of contacts that were last seen with these values."""
    return [Update(str(number), number, address(number), base, {"name": "Claes"}) for number in range(1001, 2001)]


def test_many_updates_buy_a_listing() -> None:
    route = choose(updates(1_000), means(there=1_000))
    assert (len(route.imported), route.price) == (1_000, 2 + price_of_import(1_000))


@pytest.mark.parametrize(
    ("base", "imported"),
    [
        ({}, 0),
        ({"email": "an@example.be", "language": "nl", "name": "Peeters", "first_name": ""}, 0),
        ({"name": "Peeters", "first_name": "An"}, 1_000),
    ],
)
def test_a_listing_is_bought_for_a_probe_only_where_some_contact_would_show_it(base: dict[str, Value], imported: int) -> None:
    route = choose(known(base), means(there=1_000, probed=False))
    assert len(route.imported) == imported
    assert route.price == (2 + price_of_probe() + price_of_import(1_000) if imported else 1_000)


def test_a_probe_costs_an_import_of_one_and_a_look_before_and_after() -> None:
    assert price_of_probe() == 2 + price_of_import(1) == 15


def test_an_import_may_take_the_calls_of_what_is_no_more_urgent() -> None:
    alone = Means(creates=False, updates=True, probed=True, contacts=100, listing=contacts(100), left=15)
    route = choose([*creates(5), *updates(100)], alone)
    assert (len(route.imported), names(route.singly), names(route.waiting)) == (100, ["Create"] * 2, ["Create"] * 3)


def test_after_each_of_several_imports_the_contacts_are_listed() -> None:
    route = choose(creates(50_001), means({}))
    assert (len(route.imported), route.price) == (50_001, price_of_import(50_001) + 2 * price_of_listing(50_001))
