"""Interests, three-way: what is given, taken, left, and remembered."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.domain.interests import (
    GiveInterest,
    InterestsPlan,
    TakeInterest,
    decide,
    emptied,
    held,
    interest_key,
    keyed,
    learnt,
    sent_name,
    used,
)
from flexsync_cli.domain.model import ContactId, Interest, Link
from flexsync_cli.domain.plan import Note
from tests.domain.people import link, relation

A = "een@example.be"
ACCOUNT = ("tax", "vat", "wages")
Members = Mapping[str, frozenset[ContactId]]


def known(ours: str = "", theirs: str = "", dropped: str = "") -> Link:
    return replace(
        link(11, 1, A),
        interests=frozenset(ours.split()),
        foreign_interests=frozenset(theirs.split()),
        dropped_interests=frozenset(dropped.split()),
    )


def compare(wanted: str, before: Link, members: Members | None = None) -> InterestsPlan:
    row = replace(relation(1, A), interests=frozenset(wanted.split()))
    return decide([(row, before)], ACCOUNT, members)


def read(has: str) -> Members:
    """The membership of every interest of the account."""
    return {name: frozenset({11, 12} if name in has.split() else {12}) for name in ACCOUNT}


def test_what_admin_has_is_given_and_what_both_had_is_taken() -> None:
    assert compare("Tax VAT", known("wages vat")) == InterestsPlan(
        changes=[GiveInterest("1", 11, "tax"), TakeInterest("1", 11, "wages")]
    )


def test_several_are_given_and_taken_in_their_order() -> None:
    given_ = InterestsPlan(changes=[GiveInterest("1", 11, "tax"), GiveInterest("1", 11, "vat")])
    assert compare("vat tax", known()) == given_
    taken = InterestsPlan(changes=[TakeInterest("1", 11, "tax"), TakeInterest("1", 11, "vat")])
    assert compare("", known("vat tax")) == taken


def test_the_same_is_counted_as_unchanged() -> None:
    assert compare("tax", known("tax")) == InterestsPlan(unchanged=1)
    assert compare("", known()) == InterestsPlan(unchanged=1)


def test_everybody_is_compared() -> None:
    rows = [(replace(relation(number, A), interests=frozenset({"tax"})), link(10 + number, number, A)) for number in (1, 2)]
    plan = decide(rows, ACCOUNT, None)
    assert plan.changes == [GiveInterest("1", 11, "tax"), GiveInterest("2", 12, "tax")]
    same = [(row, replace(each, interests=frozenset({"tax"}))) for row, each in rows]
    assert decide(same, ACCOUNT, None).unchanged == 2


def test_what_the_account_lacks_is_told_in_admins_spelling_and_not_given() -> None:
    assert compare("Estates Tax", known("tax")) == InterestsPlan(missing={"estates": "Estates"}, unchanged=1)


def test_what_everybody_lacks_is_told_of_all() -> None:
    rows = [(replace(relation(1, A), interests=frozenset({name})), known()) for name in ("Estates", "Farms")]
    assert decide(rows, ACCOUNT, None).missing == {"estates": "Estates", "farms": "Farms"}


def test_what_one_lacks_is_told_in_its_order() -> None:
    names = [f"farm{number}" for number in range(9)]
    assert list(compare(" ".join(reversed(names)), known()).missing) == names


def test_what_the_person_dropped_is_not_given_back_and_told() -> None:
    plan = compare("Tax vat", known("tax vat"), read("vat"))
    assert plan == InterestsPlan(
        links=[known("vat", dropped="tax")], notes=[Note("1", "interest_dropped", (("interest", "Tax"),))], unchanged=1
    )
    again = compare("Tax vat", plan.links[0])
    assert (again.changes, again.links, again.notes) == ([], [], plan.notes)


def test_each_that_was_dropped_is_told() -> None:
    plan = compare("tax vat", known(dropped="tax vat"))
    assert [dict(note.data)["interest"] for note in plan.notes] == ["tax", "vat"]
    row = replace(relation(1, A), interests=frozenset({"tax"}))
    assert len(decide([(row, known(dropped="tax"))] * 2, ACCOUNT, None).notes) == 2


def test_what_the_person_takes_again_is_no_longer_dropped() -> None:
    assert compare("tax", known(dropped="tax"), read("tax")) == InterestsPlan(links=[known("tax")], unchanged=1)


def test_what_was_dropped_on_both_sides_is_forgotten_and_may_be_given_anew() -> None:
    plan = compare("", known(dropped="tax"))
    assert plan == InterestsPlan(links=[known()], unchanged=1)
    assert compare("tax", plan.links[0]).changes == [GiveInterest("1", 11, "tax")]


def test_what_only_flexmail_has_is_noted_and_left() -> None:
    assert compare("", known(), read("tax vat")) == InterestsPlan(links=[known(theirs="tax vat")], unchanged=1)


def test_what_flexmail_had_and_admin_gets_is_shared_from_then_on() -> None:
    plan = compare("tax", known(theirs="tax vat"))
    assert plan == InterestsPlan(links=[known("tax", theirs="vat")], unchanged=1)
    assert compare("tax", known(), read("tax")) == InterestsPlan(links=[known("tax")], unchanged=1)


def test_what_the_person_had_and_dropped_before_admin_gets_it_is_not_given() -> None:
    plan = compare("Tax", known(theirs="tax vat"), read("vat"))
    assert plan == InterestsPlan(
        links=[known(theirs="vat", dropped="tax")], notes=[Note("1", "interest_dropped", (("interest", "Tax"),))], unchanged=1
    )


def test_what_the_person_had_and_dropped_is_forgotten_where_admin_never_had_it() -> None:
    plan = compare("", known(theirs="tax"), read(""))
    assert plan == InterestsPlan(links=[known()], unchanged=1)
    assert compare("tax", plan.links[0]).changes == [GiveInterest("1", 11, "tax")]


def test_what_was_given_and_not_arrived_counts_as_dropped_only_if_we_knew_it_there() -> None:
    assert compare("tax", known(), read("")).changes == [GiveInterest("1", 11, "tax")]


def test_a_list_that_was_not_read_says_nothing() -> None:
    before = known("tax", theirs="vat", dropped="wages")
    assert compare("tax wages", before, {"tax": frozenset({11})}).links == []
    assert compare("tax wages", known("tax vat"), {"tax": frozenset({11})}).changes == [
        GiveInterest("1", 11, "wages"),
        TakeInterest("1", 11, "vat"),
    ]


def test_what_was_learnt_meanwhile_is_known_of_those_whom_it_is_about() -> None:
    one, other, newer = link(11, 1, "een@example.be"), link(12, 2, "twee@example.be"), replace(known("tax"), contact_id=12)
    pairs = [(relation(1, "een@example.be"), one), (relation(2, "twee@example.be"), other)]
    assert learnt(pairs, [newer]) == [(pairs[0][0], one), (pairs[1][0], newer)]


def test_used_is_what_somebody_wants_has_or_dropped() -> None:
    wants = replace(relation(1, A), interests=frozenset({"Tax", "tax ", "Estates"}))
    nothing = replace(relation(2, A), interests=frozenset())
    pairs = [(wants, known("tax")), (nothing, known("wages", theirs="tax", dropped="vat"))]
    assert used(pairs) == {"tax": 2, "estates": 1, "wages": 1, "vat": 1}
    assert held(pairs) == {"tax", "wages", "vat"}


def test_what_was_dropped_before_stays_so_when_more_is_dropped() -> None:
    plan = compare("tax vat", known("vat", dropped="tax"), read(""))
    assert plan.links == [known(dropped="tax vat")]


def test_an_interest_that_the_account_no_longer_has_nobody_has() -> None:
    assert compare("", known("estates")) == InterestsPlan(links=[known()], unchanged=1)
    assert compare("", known(theirs="estates")) == InterestsPlan(links=[known()], unchanged=1)


@pytest.mark.parametrize("before", [known("estates"), known(theirs="estates")])
def test_one_that_is_gone_from_the_account_is_told_and_given_again_once_it_is_there(before: Link) -> None:
    plan = compare("Estates", before)
    assert plan == InterestsPlan(links=[known()], missing={"estates": "Estates"}, unchanged=1)
    row = replace(relation(1, A), interests=frozenset({"Estates"}))
    again = decide([(row, plan.links[0])], (*ACCOUNT, "estates"), {"estates": frozenset()})
    assert again.changes == [GiveInterest("1", 11, "estates")]


def test_a_list_of_nobody_is_no_word_of_the_persons_where_the_interest_is_gone() -> None:
    plan = compare("Estates", known("estates"), {"estates": frozenset()})
    assert plan == InterestsPlan(links=[known()], missing={"estates": "Estates"}, unchanged=1)


@pytest.mark.parametrize(
    ("before", "has", "expected"),
    [
        (known("tax"), {"tax": frozenset({12})}, False),
        (known("tax"), {"tax": frozenset()}, True),
        (known(theirs="tax"), {"tax": frozenset()}, True),
        (known(dropped="tax"), {"tax": frozenset()}, False),
        (known("vat"), {"tax": frozenset()}, False),
    ],
)
def test_a_list_that_was_somebodys_and_is_nobodys_is_noticed(before: Link, has: Members, expected: bool) -> None:
    assert emptied([(relation(1, A), before)], has) is expected


WORDS = st.sets(st.sampled_from(ACCOUNT)).map(" ".join)


@given(WORDS, WORDS, WORDS, WORDS, WORDS)
def test_only_what_both_had_is_taken_and_nothing_dropped_is_given(
    wanted: str, ours: str, theirs: str, dropped: str, has: str
) -> None:
    before = known(ours, theirs, dropped)
    plan = compare(wanted, before, read(has))
    for change in plan.changes:
        if isinstance(change, TakeInterest):
            assert change.interest in before.interests & frozenset(has.split())
            assert change.interest not in wanted.split()
        else:
            assert change.interest in wanted.split()
            assert change.interest not in frozenset(has.split()) | before.dropped_interests
            assert change.interest not in before.interests | before.foreign_interests


# ---- names


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("  Tax   and\tduties ", "Tax and duties"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("x" * 49 + " yes", "x" * 49),
        ("x" * 60, "x" * 50),
        ("Tax\x00 on\x07 wages", "Tax on wages"),
    ],
)
def test_a_name_is_sent_tidy_and_no_longer_than_fifty(name: str, sent: str) -> None:
    assert sent_name(name) == sent


@pytest.mark.parametrize("name", ["", " ", "\x00", "\x07\n"])
def test_a_name_that_shows_nothing_is_no_interest(name: str) -> None:
    row = replace(relation(1, A), interests=frozenset({name, "tax"}))
    assert decide([(row, known())], ACCOUNT, None) == compare("tax", known())
    assert used([(row, known())]) == {"tax": 1}


def test_names_are_matched_whatever_their_case_and_spaces() -> None:
    assert interest_key(" Tax  and DUTIES") == interest_key("tax and duties") == "tax and duties"


def test_of_several_alike_the_first_is_used() -> None:
    first, second = Interest("a", "Tax"), Interest("b", "TAX ")
    assert keyed([first, second, Interest("c", "VAT")]) == {"tax": first, "vat": Interest("c", "VAT")}
