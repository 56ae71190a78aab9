"""Wrong writes, made up by hand: the checks complain of each. What they think of true ones, the histories show."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

import pytest

from flexsync_cli.sandbox.calls import Call
from flexsync_cli.sandbox.model import Contact, State
from tests.machine.checks_limits import budget_is_kept
from tests.machine.checks_out import nobody_out_is_written, nobody_told_out_is_written
from tests.machine.checks_reasons import every_write_has_a_reason
from tests.machine.model import OUT, Model, Word
from tests.machine.running import Done, Run
from tests.machine.setup import Setup
from tests.machine.stage import Row, Seen, Stage
from tests.machine.wire import Sent

NOW = datetime(2026, 9, 1, tzinfo=UTC)
WHERE = "p1@example.be"
ROW = Row(1, "Name", "An", WHERE, "N", 3, True, True, "", frozenset())
THERE = Contact(id=7, email=WHERE, created_at=NOW, updated_at=NOW, first_name="An", name="Name", language="nl")
STAGE = cast("Stage", SimpleNamespace(setup=Setup(), calls_per_month=1))
PATCH = Sent("PATCH", "/contacts/7", {"name": "Name"}, 204)
WRITES = (
    PATCH,
    Sent("PUT", "/contacts/7", {"email": WHERE}, 204),
    Sent("POST", "/contacts", {"email": WHERE}, 409),
    Sent("POST", "/contacts/7/interest-subscriptions", {"interest_id": "1"}, 201),
    Sent("POST", "/contacts/imports/1/records", [{"email": WHERE}], 204),
)


def ran(sent: Sent, row: Row = ROW, contact: Contact = THERE) -> Done:
    """A run that made this write."""
    sides = Seen({1: row}, {7: contact}, 0, {})
    calls: Sequence[Call] = (Call(1, NOW, "rest", sent.method, sent.path, "", "", "a write", write=True),)
    return Done(Run(), 100, NOW, sides, sides, None, (sent,), calls, ("2026-09",), (0, 1))


def settled(contact: Contact = THERE) -> Model:
    """All was seen to, and nothing was touched since."""
    model = Model()
    sides = Seen({1: ROW}, {7: contact}, 0, {})
    model.remember(sides)
    model.settled.keep(sides, 1, listed=True)
    return model


@pytest.mark.parametrize("state", OUT)
@pytest.mark.parametrize("sent", WRITES, ids=lambda sent: sent.kind)
def test_nobody_who_is_known_to_be_out_is_written_to(state: State, sent: Sent) -> None:
    contact = replace(THERE, state=state)
    model = settled(contact)
    model.told_out.add(7)
    assert list(nobody_told_out_is_written(model, ran(sent, contact=contact)))
    model.said_yes(cast("Stage", SimpleNamespace(see=lambda: Seen({}, {}, 0, {}))), WHERE, "consent")
    assert not list(nobody_told_out_is_written(model, ran(sent, contact=contact)))


def test_without_soap_nobody_is_created_again_who_was_shown_to_be_gone() -> None:
    stage = cast("Stage", SimpleNamespace(setup=Setup(soap=False)))
    model, gone = settled(), replace(THERE, state=State.UNSUBSCRIBED)
    create = next(sent for sent in WRITES if sent.kind == "create")
    model.shown.link(stage, (Seen({1: ROW}, {7: THERE}, 0, {}),) * 2, all_seen_to=True)
    model.words[WHERE] = Word(True, 2, "opt-out", 7)
    assert not list(nobody_out_is_written(stage, model, ran(create, contact=gone)))
    assert model.shown.is_gone(7, WHERE, ran(create, contact=gone).moments)
    model.shown.noes[WHERE] = 3
    assert list(nobody_out_is_written(stage, model, ran(create, contact=gone)))


@pytest.mark.parametrize("sent", [sent for sent in WRITES if sent.kind != "give"], ids=lambda sent: sent.kind)
def test_what_nobody_touched_is_not_written(sent: Sent) -> None:
    [wrong] = every_write_has_a_reason(STAGE, settled(), ran(sent))
    assert "nothing that it is about differs" in wrong


def test_what_flexmail_shows_is_not_written() -> None:
    [wrong] = every_write_has_a_reason(STAGE, settled(), ran(PATCH, row=replace(ROW, software="Exact")))
    assert "it changes nothing" in wrong


def test_only_values_of_admin_are_written() -> None:
    other = Sent("PATCH", "/contacts/7", {"name": "Somebody else's"}, 204)
    [wrong] = every_write_has_a_reason(STAGE, settled(), ran(other, row=replace(ROW, name="New")))
    assert "and Admin has ['New']" in wrong
    right = Sent("PATCH", "/contacts/7", {"name": "New"}, 204)
    assert not list(every_write_has_a_reason(STAGE, settled(), ran(right, row=replace(ROW, name="New"))))


def test_a_write_over_the_months_calls_is_seen_on_its_first_day() -> None:
    model = settled()
    model.spent["2026-08"] = 1
    assert not list(budget_is_kept(STAGE, model, ran(PATCH)))
    model.spent["2026-09"] = 1
    assert list(budget_is_kept(STAGE, model, ran(PATCH)))
