"""Who may be mailed, and who is sent for a shared address."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.domain.holder import Eligibility, choose_holder, eligibility, linked_among
from flexsync_cli.domain.model import Link, Relation
from flexsync_cli.domain.selection import Rules

NOW = datetime(2025, 3, 1, tzinfo=UTC)


def relation(
    id_: str, *, crm_type: str = "3", email: str = "info@kantoor.be", active: bool | None = True, newsletter: bool = True
) -> Relation:
    return Relation(id_, "Peeters", "Jan", email, "N", crm_type, active, newsletter)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (relation("1"), Eligibility.ELIGIBLE),
        (relation("1", email="x@kantoor.be; y@kantoor.be"), Eligibility.ELIGIBLE),
        (relation("1", newsletter=False, active=False, crm_type="8", email=""), Eligibility.UNTICKED),
        (relation("1", active=False, crm_type="8", email=""), Eligibility.INACTIVE),
        (relation("1", active=None, crm_type="8", email=""), Eligibility.TYPE),
        (relation("1", active=None, email=""), Eligibility.UNKNOWN_ACTIVE),
        (relation("1", email=" "), Eligibility.NO_ADDRESS),
        (relation("1", email="geen"), Eligibility.BAD_ADDRESS),
    ],
)
def test_the_first_reason_against_is_told(row: Relation, expected: Eligibility) -> None:
    assert eligibility(row, {"3"}) is expected


def test_no_crm_types_are_all_of_them() -> None:
    assert eligibility(relation("1", crm_type=""), ()) is Eligibility.ELIGIBLE


@given(st.sampled_from([True, False, None]), st.booleans(), st.sampled_from(["3", "8"]), st.sampled_from(["", "x", "a@b.be"]))
def test_selected_is_ticked_of_a_selected_type_and_not_inactive(
    active: bool | None, newsletter: bool, crm_type: str, email: str
) -> None:
    row = relation("1", active=active, newsletter=newsletter, crm_type=crm_type, email=email)
    selected = eligibility(row, {"3"}) not in {Eligibility.UNTICKED, Eligibility.INACTIVE, Eligibility.TYPE}
    assert selected == Rules(frozenset({"3"})).selects(row) == (newsletter and active is not False and crm_type == "3")


def test_the_linked_one_stays() -> None:
    assert choose_holder([relation("1", crm_type="3"), relation("2", crm_type="8")], {"2"}, ("3", "8")) == "2"


def test_a_link_of_somebody_else_changes_nothing() -> None:
    assert choose_holder([relation("1"), relation("2")], {"99"}, ()) == "1"


def test_then_the_order_of_crm_types_decides() -> None:
    rows = [relation("1", crm_type="5"), relation("2", crm_type="3"), relation("3", crm_type="8")]
    assert choose_holder(rows, (), ("8", "3")) == "3"
    assert choose_holder(rows, {"1", "2"}, ("8", "3")) == "2"


def test_then_the_lowest_id_by_its_number() -> None:
    assert choose_holder([relation("10"), relation("9"), relation("A1")], (), ()) == "9"
    assert choose_holder([relation("7"), relation("07")], (), ()) == "07"


def test_a_type_named_twice_counts_where_it_is_named_first() -> None:
    assert choose_holder([relation("1", crm_type="8"), relation("2", crm_type="3")], (), ("3", "8", "3")) == "2"


RELATIONS = st.lists(
    st.builds(relation, st.sampled_from(["1", "2", "07", "7", "10", "B"]), crm_type=st.sampled_from(["3", "8", "5"])),
    min_size=1,
    unique_by=lambda row: row.id,
)


@given(RELATIONS, st.frozensets(st.sampled_from(["1", "7", "B"])), st.permutations(["3", "8", "5"]))
def test_the_holder_is_stable(rows: list[Relation], linked: frozenset[str], order: list[str]) -> None:
    holder = choose_holder(rows, linked, order)
    assert choose_holder(sorted(rows, key=lambda row: row.id, reverse=True), linked, order) == holder
    assert choose_holder(rows, {holder}, order) == holder
    assert holder in linked or not linked & {row.id for row in rows}


def test_a_link_at_the_address_goes_before_one_elsewhere() -> None:
    here = Link(11, "2", "info@kantoor.be", NOW)
    elsewhere = Link(12, "1", "oud@kantoor.be", NOW)
    rows = [relation("1"), relation("2"), relation("3")]
    assert linked_among("info@kantoor.be", rows, {"1": [elsewhere], "2": [here]}) == {"2"}
    assert linked_among("info@kantoor.be", rows, {"1": [elsewhere]}) == {"1"}
    assert linked_among("info@kantoor.be", rows, {}) == set()


def test_a_contact_that_changed_its_address_in_flexmail_is_still_at_admins() -> None:
    moved = Link(11, "2", "nieuw@kantoor.be", NOW, values={"email": "info@kantoor.be"})
    elsewhere = Link(12, "1", "oud@kantoor.be", NOW)
    assert linked_among("info@kantoor.be", [relation("1"), relation("2")], {"1": [elsewhere], "2": [moved]}) == {"2"}
