from hypothesis import given

from flexsync_cli.domain.model import LinkStatus, OutKind
from flexsync_cli.domain.plan import Note, Verdict
from flexsync_cli.domain.selection import Rules, Selection, select
from tests.domain.people import LONG_AGO, Office, link, offices, out, relation

A, B, C = "een@example.be", "twee@example.be", "drie@example.be"


def selected(office: Office, rules: Rules | None = None) -> Selection:
    return select(office.relations, office.known, rules or Rules())


def test_selected_is_ticked_of_a_type_and_active_or_unknown() -> None:
    relations = [
        relation(1, A),
        relation(2, A, ticked=False),
        relation(3, A, active=False),
        relation(4, A, active=None),
        relation(5, A, crm_type="8"),
    ]
    assert [each.id for each in relations if Rules(frozenset({"3"})).selects(each)] == ["1", "4"]


def test_reasons_to_hold() -> None:
    office = Office([relation(1, ""), relation(2, "rubbish"), relation(3, A, active=None), relation(4, f"{A}, {B}")])
    result = selected(office)
    assert result.verdicts == dict.fromkeys(("1", "2", "3"), Verdict.HELD)
    assert [(note.relation_id, note.kind) for note in result.notes] == [
        ("1", "no_address"),
        ("2", "bad_address"),
        ("3", "active_unknown"),
        ("4", "several_addresses"),
    ]
    assert (result.eligible, result.key_of("4")) == (1, A)


def test_who_is_held_is_not_eligible() -> None:
    office = Office([relation(1, A), relation(2, A), relation(3, B), relation(4, C)], [link(11, 1, A)])
    result = select(office.relations, office.known, Rules(), held=frozenset({11}))
    assert (result.verdicts, result.eligible) == ({"1": Verdict.HELD, "2": Verdict.HELD}, 2)


def test_an_address_is_free_where_nobody_who_is_still_there_was_deleted_at_it() -> None:
    rows = [relation(1, B), relation(2, A), relation(4, C)]
    links = [link(12, 1, B), link(11, 1, A, LinkStatus.RELEASED), link(13, 3, C, LinkStatus.DELETED)]
    result = selected(Office(rows, links))
    assert (result.holders, result.verdicts) == ({B: "1", A: "2", C: "4"}, {})


def test_out_says_who_said_no_and_when() -> None:
    result = selected(Office([relation(1, A)], outs=[out(A, OutKind.OFFICE)]))
    assert result.verdicts == {"1": Verdict.OUT}
    assert dict(result.notes[0].data)["kind"] == "office"


def test_a_no_follows_to_a_changed_address_but_a_bounce_does_not() -> None:
    for kind, verdict in ((OutKind.PERSON, Verdict.OUT), (OutKind.UNDELIVERABLE, None)):
        office = Office([relation(1, B)], [link(11, 1, A, LinkStatus.OUT)], [out(A, kind, contact_id=11)])
        assert selected(office).verdicts.get("1") is verdict


def test_the_linked_one_holds_a_shared_address() -> None:
    office = Office([relation(1, A), relation(2, A)], [link(12, 2, A)])
    result = selected(office, Rules(crm_type_order=("3",)))
    assert (result.holders, result.verdicts) == ({A: "2"}, {"1": Verdict.SHADOWED})
    assert (result.key_of("1"), result.key_of("2")) == (None, A)


@given(offices())
def test_each_address_has_one_holder_and_nobody_is_decided_twice(office: Office) -> None:
    result = selected(office)
    assert set(result.holders.values()).isdisjoint(result.verdicts)
    chosen = {each.id for each in office.relations if Rules().selects(each)}
    assert set(result.holders.values()) | set(result.verdicts) == chosen
    shadowed = sum(verdict is Verdict.SHADOWED for verdict in result.verdicts.values())
    assert result.eligible == len(result.holders) + shadowed


def noted(office: Office, rules: Rules | None = None, **more: frozenset[object]) -> list[Note]:
    return select(office.relations, office.known, rules or Rules(), **more).notes  # type: ignore[arg-type]  # held, revived


def test_out_is_told_with_its_kind_its_day_and_the_address_it_was_said_at() -> None:
    office = Office([relation(1, B)], [link(11, 1, A, LinkStatus.OUT)], [out(A)])
    data = (("kind", "person"), ("since", LONG_AGO.isoformat()), ("address", A))
    assert noted(office) == [Note("1", "out", data)]


def test_missing_and_deleted_there_are_told_of_everybody_at_the_address() -> None:
    rows = [relation(1, A), relation(2, A)]
    missing = noted(Office(rows, [link(11, 1, A)]), held=frozenset({11}))
    assert missing == [Note("1", "missing_there"), Note("2", "missing_there")]
    deleted = noted(Office(rows, [link(11, 1, A, LinkStatus.DELETED)]))
    assert deleted == [Note("1", "deleted_there"), Note("2", "deleted_there")]


def test_deleted_there_holds_the_relation_at_a_new_address_too() -> None:
    assert noted(Office([relation(1, B)], [link(11, 1, A, LinkStatus.DELETED)])) == [Note("1", "deleted_there")]


def test_shadowed_is_told_with_who_holds_the_address() -> None:
    office = Office([relation(1, A), relation(2, A)], [link(11, 1, C), link(12, 2, A)])
    assert noted(office) == [Note("1", "shadowed", (("by", "2"),))]
