"""The report of duplicates: who shares an address, who is sent, and why."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.domain.duplicates import DuplicateRow, Role, group_fingerprint, groups, report, standings
from flexsync_cli.domain.model import Link, LinkStatus, Relation

NOW = datetime(2025, 3, 1, tzinfo=UTC)


def relation(
    id_: str, email: str, *, crm_type: str = "3", active: bool | None = True, newsletter: bool = True, name: str = "Peeters"
) -> Relation:
    return Relation(id_, name, "Jan", email, "N", crm_type, active, newsletter)


def reported(
    relations: list[Relation], links: tuple[Link, ...] = (), crm_types: tuple[str, ...] = (), order: tuple[str, ...] = ()
) -> list[DuplicateRow]:
    shared = groups(relations)
    return report(shared, standings(shared, links, crm_types, order))


def brief(rows: list[DuplicateRow]) -> list[tuple[str, str, str]]:
    return [(row.relation_id, row.role.value, row.why) for row in rows]


def test_a_row_says_what_the_office_needs() -> None:
    rows = reported([relation("12", "Info@Kantoor.be "), relation("7", "info@kantoor.be", active=None, name="Bakkerij")])
    assert rows == [
        DuplicateRow(
            "info@kantoor.be", "12", "Peeters", "Jan", "3", "yes", "yes", Role.HOLDER, "the only one that may be mailed"
        ),
        DuplicateRow(
            "info@kantoor.be",
            "7",
            "Bakkerij",
            "Jan",
            "3",
            "unknown",
            "yes",
            Role.NOT_ELIGIBLE,
            "active is neither yes nor no",
        ),
    ]


def test_only_shared_addresses_are_reported_whoever_has_them() -> None:
    rows = reported(
        [
            relation("1", "alleen@kantoor.be"),
            relation("2", "geen"),
            relation("3", "geen"),
            relation("4", ""),
            relation("5", ""),
            relation("6", "b@kantoor.be", newsletter=False),
            relation("7", "b@kantoor.be", active=False),
            relation("8", "a@kantoor.be", crm_type="9"),
            relation("9", "a@kantoor.be", newsletter=False, crm_type="9"),
        ],
        crm_types=("3",),
    )
    assert brief(rows) == [
        ("8", "not eligible", "CRM type not selected"),
        ("9", "not eligible", "newsletter not ticked"),
        ("6", "not eligible", "newsletter not ticked"),
        ("7", "not eligible", "not active"),
    ]


def test_rows_are_sorted_by_role_then_by_number() -> None:
    rows = reported([relation(id_, "a@kantoor.be", newsletter=id_ not in ("1", "20")) for id_ in ("20", "3", "100", "10", "1")])
    assert brief(rows) == [
        ("3", "holder", "lowest id"),
        ("10", "shadowed", "relation 3 is sent"),
        ("100", "shadowed", "relation 3 is sent"),
        ("1", "not eligible", "newsletter not ticked"),
        ("20", "not eligible", "newsletter not ticked"),
    ]


def test_the_reason_is_the_rule_that_decided() -> None:
    rows = [relation("1", "a@kantoor.be", crm_type="8"), relation("2", "a@kantoor.be", crm_type="3")]
    link = Link(70, "1", "a@kantoor.be", NOW)
    closed = Link(70, "1", "a@kantoor.be", NOW, LinkStatus.RELEASED)
    assert brief(reported(rows, order=("3", "8")))[0] == ("2", "holder", "first by CRM type")
    assert brief(reported(rows, (link,), order=("3", "8")))[0] == ("1", "holder", "sent already")
    assert brief(reported(rows, (closed,), order=("3", "8")))[0] == ("2", "holder", "first by CRM type")
    assert brief(reported(rows, order=("5",)))[0] == ("1", "holder", "lowest id")


def test_within_one_crm_type_the_lowest_id_decided() -> None:
    rows = [relation(id_, "a@kantoor.be", crm_type=crm_type) for id_, crm_type in (("5", "3"), ("6", "3"), ("1", "8"))]
    assert brief(reported(rows, order=("3", "8")))[0] == ("5", "holder", "lowest id")


def test_a_field_with_several_addresses_is_told() -> None:
    rows = reported([relation("1", "a@kantoor.be"), relation("2", "a@kantoor.be; b@kantoor.be")])
    assert [row.why for row in rows] == ["lowest id", "relation 1 is sent; the first of several addresses in its field"]


EMAILS = st.sampled_from(["a@kantoor.be", "A@Kantoor.be", "b@kantoor.be", "c@kantoor.be; a@kantoor.be", "geen", ""])
PEOPLE = st.lists(
    st.builds(
        relation,
        st.integers(1, 30).map(str),
        EMAILS,
        active=st.sampled_from([True, False, None]),
        newsletter=st.booleans(),
        crm_type=st.sampled_from(["3", "8"]),
    ),
    unique_by=lambda row: row.id,
)


@given(PEOPLE)
def test_each_group_has_at_most_one_holder_and_shadowed_ones_only_with_one(people: list[Relation]) -> None:
    rows = reported(people, crm_types=("3",))
    assert rows == reported(people[::-1], crm_types=("3",))
    for address in {row.address for row in rows}:
        roles = [row.role for row in rows if row.address == address]
        assert len(roles) > 1
        assert roles.count(Role.HOLDER) == (1 if set(roles) != {Role.NOT_ELIGIBLE} else 0)


def test_a_group_is_the_same_whatever_the_order_and_another_with_another_member() -> None:
    group = group_fingerprint("a@kantoor.be", ["2", "10"])
    assert group == group_fingerprint("a@kantoor.be", ("10", "2"))
    assert group != group_fingerprint("a@kantoor.be", ["2", "10", "11"])
    assert group != group_fingerprint("b@kantoor.be", ["2", "10"])


def test_who_is_sent_at_this_very_address_goes_before_who_is_sent_elsewhere() -> None:
    links = (Link(11, "1", "oud@kantoor.be", NOW), Link(12, "2", "info@kantoor.be", NOW))
    rows = reported([relation("1", "info@kantoor.be"), relation("2", "info@kantoor.be")], links)
    assert brief(rows) == [("2", "holder", "sent already"), ("1", "shadowed", "relation 2 is sent")]
