"""A push takes few SQL statements: as many for 1,000 relations as for 100, and a handful for each contact it writes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from tests.scenarios.world import World

FEW, MANY, PAGE = 100, 1_000, 500
MOST_A_CREATE = 16  # the journal before and after it, the link, what was parked, and the ledger of its call
MOST_AN_INTEREST = 14  # likewise, without what was parked


@contextmanager
def counted() -> Iterator[list[str]]:
    """Every statement meanwhile, on Admin and on the state alike."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def enter(world: World, numbers: Sequence[int], *, in_flexmail: bool) -> None:
    rows = [{"id": number, "name": f"Name {number}", "email": f"relation{number}@example.be"} for number in numbers]
    world.sql_many(
        "INSERT INTO CUSTOMER (CUSTOMER_ID, NAME, EMAIL, LANGUAGE, CRM_TYPE, IS_ACTIVE) VALUES (:id, :name, :email, 'N', 3, 1)",
        rows,
    )
    world.sql_many("INSERT INTO CUSTOMER_PERMANENT VALUES (:id, 1)", rows)
    for row in rows if in_flexmail else ():
        world.flexmail.add_contact(str(row["email"]), name=str(row["name"]), language="nl")


def pushed(world: World, **expected: int) -> list[str]:
    with counted() as statements:
        counts = world.push().counts()
    assert {key: counts[key] for key in expected} == expected
    return statements


def test_a_push_with_nothing_to_do_takes_as_many_for_many_as_for_few(office: World) -> None:
    # Without SOAP the contacts are listed: then no more of them than one page has, for each call has statements of its own.
    many = MANY if "soap_token" in office.settings["flexmail"] else PAGE
    enter(office, range(1, FEW + 1), in_flexmail=True)
    pushed(office, adopted=FEW)
    for_few = pushed(office, unchanged=FEW)
    enter(office, range(FEW + 1, many + 1), in_flexmail=True)
    office.forget_state()  # else so many new ones at once would be held back
    pushed(office, adopted=many)
    assert pushed(office, unchanged=many) == for_few


def test_each_table_of_admin_is_read_once(office: World) -> None:
    enter(office, range(1, FEW + 1), in_flexmail=True)
    pushed(office, adopted=FEW)
    statements = pushed(office, unchanged=FEW)
    assert sum("JOIN" in statement and "CUSTOMER_PERMANENT" in statement for statement in statements) == 1


@pytest.mark.parametrize("step", [2, 15], ids=["one by one", "together"])
def test_each_create_takes_a_few_more(office: World, step: int) -> None:
    enter(office, range(1, FEW + 1), in_flexmail=True)
    pushed(office, adopted=FEW)
    enter(office, range(1_001, 1_001 + step), in_flexmail=False)
    for_some = pushed(office, created=step)
    enter(office, range(2_001, 2_001 + 2 * step), in_flexmail=False)
    for_twice_as_many = pushed(office, created=2 * step)
    assert (len(for_twice_as_many) - len(for_some)) / step <= MOST_A_CREATE


def given(world: World, numbers: Sequence[int]) -> list[str]:
    """Each of these gets an interest."""
    world.sql_many("INSERT INTO CUSTOMER_INTEREST VALUES (:id, 'Btw')", [{"id": number} for number in numbers])
    with counted() as statements:
        assert world.push().counts("interests")["subscribed"] == len(numbers)
    return statements


def test_each_interest_takes_a_few_more(office: World) -> None:
    office.with_interests()
    office.flexmail.add_interest("Btw")
    enter(office, range(1, FEW + 1), in_flexmail=True)
    pushed(office, adopted=FEW)
    given(office, range(1, 11))
    for_some = given(office, range(11, 21))
    for_more = given(office, range(21, 41))
    assert (len(for_more) - len(for_some)) / 10 <= MOST_AN_INTEREST
