"""What every State keeps, in a file and in memory alike."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flexsync_cli.adapters.state import memory_state, open_state
from flexsync_cli.domain.model import (
    Consent,
    Link,
    LinkStatus,
    Out,
    OutKind,
    OutSource,
    Parked,
    Sighting,
    ToDo,
    Value,
)
from flexsync_cli.domain.plan import Guarded, KeptPlan, Refusal, RefusalKind
from flexsync_cli.errors import FlexsyncError
from flexsync_cli.ports import JournalEntry, OutboxMail, Run, State

NOW = datetime(2025, 3, 1, 9, 30, 0, 123456, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone(timedelta(hours=2)))
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


@pytest.fixture(params=["file", "memory"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[State]:
    opened: State = memory_state() if request.param == "memory" else open_state(tmp_path / "state.db")
    with closing(opened):
        yield opened


def link(contact_id: int, relation_id: str = "7", **changes: object) -> Link:
    return replace(Link(contact_id, relation_id, f"c{contact_id}@example.be", NOW), **changes)  # type: ignore[arg-type]  # any field


def out(address: str, **changes: object) -> Out:
    made = Out(address, OutKind.PERSON, OutSource.EVENT, NOW, NOW + SECOND)
    return replace(made, **changes)  # type: ignore[arg-type]  # any field


def todo(key: str, kind: str = "kind", since: datetime = NOW, **data: str) -> ToDo:
    return ToDo(key, kind, since, "12", 34, data)


def plan(plan_id: str, **changes: object) -> KeptPlan:
    items = (Guarded("leave", "1", 2), Guarded("untick", "3"))
    made = KeptPlan(plan_id, Refusal("push", RefusalKind.LIMIT, 2, 10, items), NOW)
    return replace(made, **changes)  # type: ignore[arg-type]  # any field


def entry(kind: str, at: datetime = NOW) -> JournalEntry:
    return JournalEntry(kind, {"contact_id": 5, "values": {"name": "Peeters"}}, at, "run-1")


def mail(subject: str, created: datetime = NOW) -> OutboxMail:
    return OutboxMail("summary", f"Subject: {subject}\r\n\r\n\x00\xff".encode("latin-1"), created)


# ---- what comes back

texts = st.text(max_size=30)
moments = st.integers(min_value=-(2**51), max_value=2**54).map(
    lambda microseconds: EPOCH + timedelta(microseconds=microseconds)
)
values = st.dictionaries(
    texts, st.none() | texts | st.integers() | st.floats(allow_nan=False) | st.lists(texts, max_size=3).map(tuple), max_size=4
)
ids = st.integers(min_value=1, max_value=2**62)
names = st.frozensets(texts, max_size=4)
links = st.builds(Link, ids, texts, texts, moments, st.sampled_from(LinkStatus), values, values, names, names, names, names)
outs = st.builds(
    Out,
    address=texts,
    kind=st.sampled_from(OutKind),
    source=st.sampled_from(OutSource),
    at=moments,
    recorded_at=moments,
    contact_id=st.none() | ids,
    unticked_at=st.none() | moments,
    seen_inactive=st.booleans(),
    ended_at=st.none() | moments,
    ended_by=texts,
)
json_values = st.recursive(
    st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)


@given(st.lists(links, max_size=5, unique_by=lambda one: one.contact_id))
@settings(deadline=None, max_examples=20)
def test_links_come_back_as_they_were(saved: list[Link]) -> None:
    with closing(memory_state()) as state:
        state.links.save(saved)
        assert state.links.all() == sorted(saved, key=lambda one: one.contact_id)


@given(st.lists(outs, max_size=5))
@settings(deadline=None, max_examples=20)
def test_outs_come_back_in_the_order_recorded_with_an_id(saved: list[Out]) -> None:
    with closing(memory_state()) as state:
        state.outs.save(saved)
        assert [replace(one, id=None) for one in state.outs.all()] == saved
        assert len({one.id for one in state.outs.all()} - {None}) == len(saved)


@given(texts, json_values)
@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
def test_a_fact_comes_back_as_json_gives_it(name: str, value: object) -> None:
    with closing(memory_state()) as state:
        state.facts.put(name, value)
        assert state.facts.get(name) == value


@pytest.mark.parametrize("value", ["é \U0001f600 \x00 '", 0, -1, 2.5, 1e300, ("Exact", "Yuki"), (), None, ""])
def test_every_kind_of_value_keeps_its_type(state: State, value: Value) -> None:
    state.links.save([link(1, values={"field:x": value}, shown={"name": value})])
    [found] = state.links.all()
    assert (found.values["field:x"], type(found.values["field:x"])) == (value, type(value))
    assert found.shown == {"name": value}


def test_moments_come_back_aware_and_in_utc(state: State) -> None:
    brussels = NOW.astimezone(timezone(timedelta(hours=1)))
    state.links.save([link(1, since=brussels)])
    [found] = state.links.all()
    assert found.since == NOW
    assert found.since.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused_and_nothing_is_written(state: State) -> None:
    with pytest.raises(FlexsyncError):
        state.links.save([link(1), link(2, since=NOW.replace(tzinfo=None))])
    assert state.links.all() == []


# ---- links, outs, parked, sightings


def test_a_link_is_replaced_by_its_contact_id(state: State) -> None:
    state.links.save([link(1, "7"), link(2, "8")])
    state.links.save(one for one in [link(2, "9", status=LinkStatus.OUT, addresses=frozenset({"a@x.be", "b@x.be"}))])
    assert [(one.contact_id, one.relation_id, one.status) for one in state.links.all()] == [
        (1, "7", LinkStatus.OPEN),
        (2, "9", LinkStatus.OUT),
    ]
    assert state.links.all()[1].addresses == {"a@x.be", "b@x.be"}


def test_more_links_than_a_batch_holds_are_all_saved(state: State) -> None:
    state.links.save(link(number, str(number)) for number in range(1, 2502))
    assert [one.contact_id for one in state.links.all()] == list(range(1, 2502))


def test_two_links_can_exchange_their_relations_at_once(state: State) -> None:
    state.links.save([link(1, "7"), link(2, "8")])
    state.links.save([link(1, "8"), link(2, "7")])
    assert [one.relation_id for one in state.links.all()] == ["8", "7"]


def test_saving_nothing_changes_nothing(state: State) -> None:
    state.links.save([])
    state.outs.save([])
    state.parked.save([])
    state.parked.remove([])
    assert (state.links.all(), state.outs.all(), state.parked.all()) == ([], [], [])


def test_an_out_with_an_id_is_replaced_and_keeps_its_place(state: State) -> None:
    state.outs.save([out("a@x.be"), out("b@x.be")])
    first, _ = state.outs.all()
    state.outs.save([replace(first, ended_at=NOW + DAY, ended_by="consent", seen_inactive=True), out("c@x.be")])
    assert [(one.address, one.ended_by, one.seen_inactive) for one in state.outs.all()] == [
        ("a@x.be", "consent", True),
        ("b@x.be", "", False),
        ("c@x.be", "", False),
    ]


def test_consents_are_kept_in_order_twice_the_same_too(state: State) -> None:
    consents = [
        Consent("a@x.be", NOW, "paper", NOW),
        Consent("a@x.be", NOW, "paper", NOW),
        Consent("b@x.be", NOW, "phone", NOW),
    ]
    for consent in consents:
        state.outs.add_consent(consent)
    assert state.outs.consents() == consents


def test_parked_relations_are_replaced_and_removed(state: State) -> None:
    state.parked.save([Parked("1", "f1", "too long", "name", NOW), Parked("2", "f2", "bad", "", NOW)])
    state.parked.save([Parked("2", "f3", "worse", "email", NOW + DAY)])
    state.parked.remove(["1", "unknown"])
    assert state.parked.all() == [Parked("2", "f3", "worse", "email", NOW + DAY)]


def test_words_from_outside_that_no_file_can_hold_do_not_stop_us(state: State) -> None:
    state.parked.save([Parked("1", "f", "half a pair: \ud83d", "\udc00", NOW)])
    [found] = state.parked.all()
    assert (found.problem, found.field) == ("half a pair: ?", "?")


def test_sightings_are_these_and_no_others(state: State) -> None:
    state.sightings.replace([Sighting("1", "gone", NOW), Sighting("2", "type", NOW)])
    state.sightings.replace([Sighting("2", "type", NOW), Sighting("3", "gone", NOW + DAY)])
    assert state.sightings.all() == [Sighting("2", "type", NOW), Sighting("3", "gone", NOW + DAY)]


# ---- to-dos


def test_new_todos_are_told_once_and_known_ones_keep_their_since(state: State) -> None:
    assert state.todos.replace({"kind"}, [todo("a", text="1")], NOW) == [todo("a", text="1")]
    later = [todo("a", since=NOW + DAY, text="2"), todo("b", since=NOW + DAY)]
    assert state.todos.replace({"kind"}, later, NOW + DAY) == [todo("b", since=NOW + DAY)]
    assert state.todos.open() == [todo("a", since=NOW, text="2"), todo("b", since=NOW + DAY)]


def test_todos_of_other_kinds_stay(state: State) -> None:
    state.todos.replace({"one", "two"}, [todo("a", "one"), todo("a", "two"), todo("b", "two")], NOW)
    assert state.todos.replace({"two"}, [], NOW) == []
    assert state.todos.open() == [todo("a", "one")]


def test_a_todo_that_was_settled_and_comes_again_is_new(state: State) -> None:
    state.todos.replace({"kind"}, [todo("a")], NOW)
    state.todos.replace({"kind"}, [], NOW + DAY)
    again = todo("a", since=NOW + 2 * DAY)
    assert state.todos.replace({"kind"}, [again], NOW + 2 * DAY) == [again]
    assert state.todos.open() == [again]


def test_open_todos_are_oldest_first(state: State) -> None:
    state.todos.replace({"kind"}, [todo("young", since=NOW + DAY), todo("old"), todo("old too")], NOW)
    assert [one.key for one in state.todos.open()] == ["old", "old too", "young"]


# ---- facts, journal, plans, runs, outbox


def test_facts_are_set_and_forgotten(state: State) -> None:
    assert state.facts.get("watermark") is None
    state.facts.put("watermark", {"at": "2025", "list": [1, None]})
    state.facts.put("watermark", [1, "é"])
    assert state.facts.get("watermark") == [1, "é"]
    state.facts.put("watermark", None)
    assert state.facts.get("watermark") is None


def test_each_state_is_born_with_a_salt_of_its_own(state: State) -> None:
    with closing(memory_state()) as other:
        assert len(state.facts.get("salt")) == 64
        assert state.facts.get("salt") != other.facts.get("salt")


def test_the_journal_knows_what_is_under_way(state: State) -> None:
    first, second, third = (noted.id for noted in state.journal.open([entry(kind) for kind in ("create", "patch", "untick")]))
    state.journal.close([second], NOW + SECOND, done=True)
    assert state.journal.pending() == [replace(entry("create"), id=first), replace(entry("untick"), id=third)]
    state.journal.close([first], NOW + SECOND, done=False)
    assert [(one.id, one.closed_at, one.done) for one in state.journal.since(NOW)] == [
        (first, NOW + SECOND, False),
        (second, NOW + SECOND, True),
        (third, None, None),
    ]


def test_the_journal_since_a_moment_includes_that_moment(state: State) -> None:
    for kind, at in (("before", NOW - timedelta(microseconds=1)), ("at", NOW), ("after", NOW + DAY)):
        state.journal.open([entry(kind, at)])
    assert [one.kind for one in state.journal.since(NOW)] == ["at", "after"]


def test_pruning_the_journal_leaves_what_is_under_way_and_never_reuses_an_id(state: State) -> None:
    under_way, closed = (noted.id for noted in state.journal.open([entry("open"), entry("closed")]))
    state.journal.close([closed], NOW, done=True)
    state.journal.prune(NOW + SECOND)
    assert [one.id for one in state.journal.since(NOW)] == [under_way]
    assert state.journal.open([entry("next")])[0].id > closed


def test_plans_are_replaced_ended_and_pruned(state: State) -> None:
    for one in (plan("b", created=NOW + SECOND), plan("c"), plan("a")):
        state.plans.save(one)
    state.plans.save(plan("c", ended=NOW + DAY, ended_how="approved"))
    assert state.plans.open() == [plan("a"), plan("b", created=NOW + SECOND)]
    assert state.plans.get("c") == plan("c", ended=NOW + DAY, ended_how="approved")
    state.plans.prune(NOW + DAY)
    assert state.plans.get("c") is not None
    state.plans.prune(NOW + 2 * DAY)
    assert state.plans.get("c") is None
    assert len(state.plans.open()) == 2


def test_runs_come_newest_first_and_are_replaced(state: State) -> None:
    for number in range(3):
        state.runs.save(Run(f"r{number}", "push", NOW + number * DAY))
    ended = Run("r2", "push", NOW + 2 * DAY, NOW + 3 * DAY, 4, {"version": 1, "steps": [{"name": "push"}]})
    state.runs.save(ended)
    assert state.runs.last(2) == [ended, Run("r1", "push", NOW + DAY)]
    state.runs.prune(NOW + 2 * DAY)
    assert state.runs.last(9) == [ended]


def test_the_outbox_keeps_a_mail_until_it_was_sent(state: State) -> None:
    first, second = state.outbox.add(mail("one")), state.outbox.add(mail("two"))
    state.outbox.mark_sent(first, NOW + SECOND)
    assert state.outbox.waiting() == [replace(mail("two"), id=second)]
    state.outbox.prune(NOW + DAY)
    assert state.outbox.waiting() == [replace(mail("two"), id=second)]
    assert state.outbox.add(mail("three")) > second


# ---- transactions


class Boom(Exception):
    pass


@contextmanager
def failing_transaction(state: State) -> Iterator[None]:
    with suppress(Boom), state.transaction():
        yield
        raise Boom


def everything(state: State) -> tuple[object, ...]:
    return (
        state.links.all(),
        state.outs.all(),
        state.outs.consents(),
        state.parked.all(),
        state.sightings.all(),
        state.todos.open(),
        state.facts.get("name"),
        state.journal.pending(),
        state.plans.open(),
        state.runs.last(9),
        state.outbox.waiting(),
    )


def save_everything(state: State) -> None:
    state.links.save([link(1)])
    state.outs.save([out("a@x.be")])
    state.outs.add_consent(Consent("a@x.be", NOW, "phone", NOW))
    state.parked.save([Parked("1", "f", "p", "", NOW)])
    state.sightings.replace([Sighting("1", "gone", NOW)])
    state.todos.replace({"kind"}, [todo("a")], NOW)
    state.facts.put("name", 1)
    state.journal.open([entry("create")])
    state.plans.save(plan("a"))
    state.runs.save(Run("r", "push", NOW))
    state.outbox.add(mail("one"))


def test_a_transaction_that_fails_takes_back_all_of_it(state: State) -> None:
    before = everything(state)
    with failing_transaction(state):
        save_everything(state)
        assert everything(state) != before
    assert everything(state) == before


def test_a_transaction_that_ends_keeps_all_of_it(state: State) -> None:
    with state.transaction():
        save_everything(state)
    assert all(everything(state))


def test_an_inner_transaction_that_fails_takes_back_its_own_part(state: State) -> None:
    with state.transaction():
        state.facts.put("outer", 1)
        with failing_transaction(state):
            state.facts.put("inner", 1)
        with state.transaction():
            state.facts.put("other", 1)
    assert [state.facts.get(name) for name in ("outer", "inner", "other")] == [1, None, 1]


def test_an_outer_transaction_that_fails_takes_back_the_inner_one(state: State) -> None:
    with failing_transaction(state), state.transaction():
        state.facts.put("inner", 1)
    with failing_transaction(state):
        with state.transaction():
            state.facts.put("ended", 1)
        assert state.facts.get("ended") == 1
    assert (state.facts.get("inner"), state.facts.get("ended")) == (None, None)


def test_links_from_a_source_that_fails_are_not_half_saved(state: State) -> None:
    def failing() -> Iterator[Link]:
        yield from (link(number) for number in range(1, 2001))
        raise Boom

    with pytest.raises(Boom):
        state.links.save(failing())
    assert state.links.all() == []


# ---- the ledger


def reserve(state: State, now: datetime, per_minute: int = 3) -> tuple[int, float]:
    return state.ledger.reserve("rest", "GET", "/contacts", now, per_minute)


def test_a_full_minute_waits_until_its_first_call_is_a_minute_old(state: State) -> None:
    granted = [reserve(state, NOW + second * SECOND) for second in (0, 10, 20)]
    assert [wait for _, wait in granted] == [0.0, 0.0, 0.0]
    assert len({call for call, _ in granted} - {0}) == 3
    assert reserve(state, NOW + 30 * SECOND) == (0, 30.0)
    assert reserve(state, NOW + 59.5 * SECOND) == (0, 0.5)
    assert reserve(state, NOW + 60 * SECOND)[0] > 0
    assert reserve(state, NOW + 60 * SECOND) == (0, 10.0)


def test_of_two_processes_the_later_answer_frees_its_place_later(state: State) -> None:
    """A call that was begun first may have arrived last."""
    slow, _ = reserve(state, NOW, per_minute=2)
    quick, _ = reserve(state, NOW + SECOND, per_minute=2)
    state.ledger.settle(quick, 200, 0)
    state.ledger.settle(slow, 200, 30_000)
    assert reserve(state, NOW + 31 * SECOND, per_minute=2) == (0, 30.0)
    third, _ = reserve(state, NOW + 61 * SECOND, per_minute=2)
    state.ledger.settle(third, 200, 0)
    assert reserve(state, NOW + 62 * SECOND, per_minute=2) == (0, 28.0)
    assert reserve(state, NOW + 90 * SECOND, per_minute=2)[0] > 0


def test_a_refused_place_is_not_in_the_ledger(state: State) -> None:
    for _ in range(5):
        reserve(state, NOW)
    assert state.ledger.count(NOW, NOW + SECOND) == 3


def test_a_limit_above_sixty_and_of_one(state: State) -> None:
    assert all(reserve(state, NOW, per_minute=70)[0] for _ in range(70))
    assert reserve(state, NOW, per_minute=70) == (0, 60.0)
    assert reserve(state, NOW + MINUTE, per_minute=1)[0] > 0
    assert reserve(state, NOW + MINUTE + SECOND, per_minute=1) == (0, 59.0)


def test_after_a_429_nobody_calls_before_the_moment_told(state: State) -> None:
    state.ledger.empty_bucket(NOW + 40 * SECOND)
    assert reserve(state, NOW) == (0, 40.0)
    assert reserve(state, NOW + 39 * SECOND) == (0, 1.0)
    assert reserve(state, NOW + 40 * SECOND)[0] > 0


def test_a_clock_that_was_set_back_does_not_block(state: State) -> None:
    for _ in range(3):
        reserve(state, NOW + 500 * DAY)
    state.ledger.empty_bucket(NOW + 500 * DAY)
    assert reserve(state, NOW)[0] > 0


def test_a_pause_that_was_noted_before_the_clock_was_set_back_holds_nobody(state: State) -> None:
    reserve(state, NOW + 50 * MINUTE)
    state.ledger.empty_bucket(NOW + 51 * MINUTE)
    assert reserve(state, NOW)[0] > 0


def test_places_a_little_later_than_now_count_and_are_waited_for_a_minute_at_most(state: State) -> None:
    for _ in range(3):
        reserve(state, NOW + 50 * SECOND)
    assert reserve(state, NOW) == (0, 60.0)
    assert reserve(state, NOW + 60 * SECOND) == (0, 50.0)
    assert reserve(state, NOW + 110 * SECOND)[0] > 0


def test_calls_are_counted_by_door_and_half_open_time(state: State) -> None:
    for door, at in (("rest", NOW), ("soap", NOW), ("rest", NOW + SECOND)):
        call, _ = state.ledger.reserve(door, "POST", "/x", at, 60)
        state.ledger.settle(call, 200, 12)
    assert state.ledger.count(NOW, NOW + SECOND) == 2
    assert state.ledger.count(NOW, NOW + DAY, "rest") == 2
    assert state.ledger.count(NOW + SECOND, NOW + DAY, "soap") == 0


def test_a_call_within_a_transaction_is_refused_at_once(state: State) -> None:
    with state.transaction(), pytest.raises(FlexsyncError, match="within a transaction"):
        reserve(state, NOW)
    assert state.ledger.count(NOW, NOW + DAY) == 0
    assert reserve(state, NOW)[0] > 0


def test_a_ledger_can_be_read_within_a_transaction(state: State) -> None:
    reserve(state, NOW)
    with state.transaction():
        assert state.ledger.count(NOW, NOW + DAY) == 1


# ---- the copy


def test_a_snapshot_leaves_nothing_behind_but_its_calls(state: State) -> None:
    save_everything(state)
    before = everything(state)
    with closing(state.snapshot()) as copy:
        assert everything(copy) == before
        copy.links.save([link(1, "changed"), link(2)])
        copy.facts.put("name", None)
        assert [one.relation_id for one in copy.links.all()] == ["changed", "7"]
        assert reserve(copy, NOW)[0] > 0
    assert everything(state) == before
    assert state.ledger.count(NOW, NOW + DAY) == 1


def test_the_real_ledger_still_works_after_the_copy_is_closed(state: State) -> None:
    state.snapshot().close()
    assert reserve(state, NOW)[0] > 0


def test_a_copy_made_within_a_transaction_is_refused(state: State) -> None:
    with state.transaction(), pytest.raises(FlexsyncError, match="within a transaction"):
        state.snapshot()


def test_closing_twice_is_nothing(state: State) -> None:
    state.close()
    state.close()
    with pytest.raises(FlexsyncError):
        state.links.all()
