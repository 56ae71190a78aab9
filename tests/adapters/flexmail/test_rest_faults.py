"""The REST adapter against the sandbox while things go wrong: everything happens once, and the ledger holds every call."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from flexsync_cli.adapters.flexmail.rest import RestFlexmail
from flexsync_cli.errors import FlexmailLoginRefused, FlexmailUnavailable
from flexsync_cli.ports import ContactBody
from tests.adapters.flexmail.fakes import Bench

if TYPE_CHECKING:
    from flexsync_cli.sandbox.faults import FaultKind
    from flexsync_cli.sandbox.serve import Sandbox

NOOR = "noor@kantoor-voorbeeld.be"
FAULTS: list[tuple["FaultKind", bool]] = [
    ("status", False),
    ("status", True),
    ("html", True),
    ("garbage", True),
    ("truncated", True),
    ("drop", False),
    ("drop", True),
    ("hang", False),
    ("hang", True),
]


@dataclass
class Line:
    """An adapter at work on a sandbox."""

    sandbox: "Sandbox"
    bench: Bench
    flexmail: RestFlexmail

    def new(self) -> ContactBody:
        return ContactBody(NOOR, "Noor", "Claes", "nl", {"note": "a"}, self.sandbox.source.id)

    def ledger_is_true(self) -> bool:
        """Whether both sides counted the same calls."""
        return [method for method, *_ in self.bench.ledger.seen] == [call.method for call in self.sandbox.control.calls]


@pytest.fixture
def line() -> Iterator[Line]:
    serve = pytest.importorskip("flexsync_cli.sandbox.serve")
    bench = Bench(per_minute=1000)
    with serve.Sandbox() as sandbox, bench.door:
        sandbox.control.add_custom_field("note")
        account = sandbox.account
        flexmail = RestFlexmail(bench.door, base_url=sandbox.url, account_id=account.id, token=account.token)
        yield Line(sandbox, bench, flexmail)


@pytest.mark.parametrize(("kind", "effect"), FAULTS)
def test_one_contact_is_created(line: Line, kind: "FaultKind", effect: bool) -> None:
    line.sandbox.control.fault(kind, "POST /contacts", effect=effect, seconds=0.01)
    contact_id = line.flexmail.create(line.new())
    assert list(line.flexmail.contacts()) == [contact_id]
    creates = [call for call in line.sandbox.control.writes if call.template == "/contacts"]
    assert len(creates) == (1 if effect else 2)
    assert line.ledger_is_true()


@pytest.mark.parametrize(("kind", "effect"), FAULTS)
def test_reads_and_changes_come_through(line: Line, kind: "FaultKind", effect: bool) -> None:
    contact_id = line.flexmail.create(line.new())
    line.sandbox.control.fault(kind, "*", times=3, effect=effect, seconds=0.01)
    line.flexmail.patch(contact_id, ContactBody(name="Maes"))
    line.sandbox.control.clear_faults()
    line.sandbox.control.fault(kind, "*", times=2, effect=effect, seconds=0.01)
    found = line.flexmail.find(NOOR)
    assert found is not None
    assert found.name == "Maes"
    assert line.ledger_is_true()


@pytest.mark.parametrize(("kind", "effect"), FAULTS)
@pytest.mark.parametrize("inactive", ["visible", "missing", "read-only"])
def test_one_contact_is_unsubscribed(line: Line, kind: "FaultKind", effect: bool, inactive: str) -> None:
    contact_id = line.flexmail.create(line.new())
    line.sandbox.control.quirks.inactive = inactive  # type: ignore[assignment]  # one of its three literals
    line.sandbox.control.fault(kind, "*/unsubscribe", effect=effect, seconds=0.01)
    line.flexmail.unsubscribe(contact_id)
    assert line.flexmail.contacts() == {}
    assert line.ledger_is_true()


@pytest.mark.parametrize("tells", ["both", "body", "location", "nothing"])
def test_the_id_is_found_wherever_it_is_told(line: Line, tells: str) -> None:
    line.sandbox.control.quirks.create_tells = tells  # type: ignore[assignment]  # one of its four literals
    assert list(line.flexmail.contacts()) == []
    assert [line.flexmail.create(line.new())] == list(line.flexmail.contacts())


def test_the_sandboxs_429_is_waited_for(line: Line) -> None:
    line.sandbox.control.fault("status", "*", times=3, status=429)
    assert line.flexmail.contacts() == {}
    assert len(line.bench.clock.slept) == 3
    assert line.ledger_is_true()


@pytest.mark.parametrize(
    "act",
    [
        lambda line: line.flexmail.contacts(),
        lambda line: line.flexmail.create(line.new()),
        lambda line: line.flexmail.unsubscribe(1),
    ],
)
def test_a_flexmail_that_stays_down_is_unavailable(line: Line, act: Callable[[Line], object]) -> None:
    line.sandbox.control.fault("drop", "*", times=None)
    with pytest.raises(FlexmailUnavailable):
        act(line)
    assert line.ledger_is_true()


def test_a_wrong_token_costs_one_call(line: Line) -> None:
    wrong = line.bench.at(line.sandbox.url)
    with pytest.raises(FlexmailLoginRefused):
        wrong.contacts()
    assert len(line.sandbox.control.calls) == 1
