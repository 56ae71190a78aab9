"""What an operator sees of a push, and what a machine does."""

import json
import shlex
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from flexsync_cli.sandbox.calls import Call
from flexsync_cli.sandbox.model import FieldType
from tests.scenarios.world import Result, World

STEPS = ["opt_outs", "push"]


pytestmark = pytest.mark.usefixtures("token_in_a_file")


def line(text: str, beginning: str) -> str:
    return next(each for each in text.splitlines() if each.startswith(beginning))


def document(out: str) -> dict[str, object]:
    """The one document; anything else on stdout would make it unreadable."""
    assert out.count("\n") == 1
    found: dict[str, object] = json.loads(out)
    return found


def test_a_calm_push_is_a_line_a_step(world: World) -> None:
    world.relations(2)
    result = world.run("-q", "push")
    assert (result.code, result.err) == (0, "")
    assert [each.split(":")[0] for each in result.out.splitlines()] == STEPS
    assert line(result.out, "push").startswith("push: 2 created, 0 updated, 0 left, 0 parked, 0 failed, ")


def test_redirected_an_event_is_a_line_on_stderr(world: World) -> None:
    world.relations(2)
    result = world.run("push")
    assert result.err.splitlines() == ["opt_outs", "push: 2 to do", "push.created: relation 1", "push.created: relation 2"]


def test_whoever_is_held_or_refused_can_be_found_by_reason(world: World) -> None:
    world.relations(1)
    for number in range(10, 17):
        world.relation(number, "geen")
    world.relation(20, "")
    world.relation(30, "peeters@example.be")
    world.relation(31, "peeters@example.be")
    world.relation(40, "janssens@example.be", active=None)
    result = world.run("push")
    told = [each.split("  ") for each in result.out.splitlines()[1:-3]]
    rows = [[cell.strip() for cell in row if cell] for row in told]
    assert rows == [
        ["7", "E-mail address is not valid", "10, 11, 12, 13, 14 and 2 more"],
        ["1", "Newsletter ticked, but no e-mail address", "20"],
        ["1", "Neither active nor inactive", "40"],
        ["1", "Shares its address with another relation", "31"],
    ]
    assert "@" not in result.out + result.err
    assert (
        line(result.err, "next")
        == f'next: flexsync --config "{world.config}" dedupe-report: who shares an address, who is sent'
    )


def test_what_flexmail_refused_is_told_with_the_field_to_mend_now_and_later(world: World) -> None:
    world.configure(fields={"size": "ACC_SOFTWARE"})
    world.flexmail.add_custom_field("size", FieldType.MULTIPLE_CHOICE, options=["S", "M"])
    world.relation(7, "peeters@example.be", ACC_SOFTWARE="S")
    world.push()
    world.edit(7, ACC_SOFTWARE="XL")
    for code in (1, 0):
        result = world.run("push")
        assert result.code == code
        assert "Refused by Flexmail (mend: field size)  7" in result.out


def test_a_todo_stays_in_sight_until_it_is_settled(world: World) -> None:
    world.with_soap()
    world.relations(1)
    world.push()
    world.flexmail.unsubscribe("relation1@example.be")
    world.push()
    world.tick(1)
    for _ in range(2):
        result = world.run("push")
        assert "Newsletter ticked, but the person may not be mailed  1" in result.out
        assert " consent: record a person's new yes" in result.err
    world.untick(1)
    assert "Newsletter ticked" not in world.run("push").out


@pytest.mark.parametrize(
    ("only", "told"),
    [("1", "relation 1: unchanged"), ("relation2@example.be", "relation 2: unchanged"), ("3", "relation 3: held")],
)
def test_only_tells_what_became_of_it_and_of_nobody_else(world: World, only: str, told: str) -> None:
    world.relations(2)
    world.relation(3, "geen")
    world.push()
    out = world.run("push", "--only", only).out
    assert out.splitlines()[0] == told
    assert ("E-mail address is not valid" in out) == (only == "3")


def test_only_says_who_is_not_selected(world: World) -> None:
    world.relation(1, "peeters@example.be", ticked=False)
    assert world.run("push", "--only", "1").out.startswith("not to be mailed: its newsletter is not ticked")


def test_only_of_nobody_is_a_mistake(world: World) -> None:
    world.relations(1)
    result = world.run("push", "--only", "77")
    assert result.code == 2
    assert "error: push: --only: no relation in Admin has this id or address" in result.err
    assert not world.active()


def refused(world: World) -> Result:
    world.relations(30)
    world.push()
    for number in range(1, 13):
        world.untick(number)
    return world.run("-q", "push")


def test_a_refusal_says_how_many_who_and_what_to_type(world: World) -> None:
    result = refused(world)
    assert result.code == 3
    held, who, way_out = result.err.splitlines()
    assert held == "held back: push: 12 of 30 people would be changed at once, more than the guard allows."
    assert who == "  12 to unsubscribe in Flexmail: 1, 2, 3, 4, 5 and 7 more"
    assert way_out.startswith(f'  after a look, do it with: flexsync --config "{world.config}" approve ')
    assert world.run(*shlex.split(way_out.split("flexsync ", 1)[1])).code == 0
    assert len(world.active()) == 18


def test_the_number_is_part_of_what_to_type_where_it_must_be_typed(world: World) -> None:
    world.relations(30)
    world.push()
    world.sql("DELETE FROM CUSTOMER")
    result = world.run("-q", "push")
    assert result.code == 3
    assert line(result.err, "  after").endswith(" --people 30")


def test_json_of_a_refusal_is_one_document_and_nothing_else(world: World) -> None:
    refused(world)
    result = world.run("push", "--json")
    found = document(result.out)
    assert (result.code, found["exit_code"]) == (3, 3)
    assert str(world.run("push", "--json").step("push")["plan_id"]) in result.err


def test_json_of_a_failed_step_is_one_document_and_nothing_else(world: World) -> None:
    world.relations(1)
    world.configure(flexmail={"token": "wrong"})
    result = world.run("push", "--json")
    assert (result.code, document(result.out)["exit_code"]) == (4, 4)
    errors = [step["error"] for step in result.document["steps"]]
    assert all(errors)
    by_error = {error: [name for name, each in zip(STEPS, errors, strict=True) if each == error] for error in errors}
    assert all(f"error: {', '.join(names)}: {error}" in result.err for error, names in by_error.items())


def wrong_password_of_admin(world: World) -> None:
    world.configure(admin={"connection": "sqlite:///elsewhere.db"})


def missing_table(world: World) -> None:
    world.configure(**{"admin.relations": {"table": "CUSTOMERS"}})


def damaged_state(world: World) -> None:
    (world.folder / "state.db").write_bytes(b"no database " * 100)


@pytest.mark.parametrize(
    ("damage", "code", "told"),
    [
        (wrong_password_of_admin, 2, "elsewhere.db"),
        (missing_table, 2, 'did you mean "CUSTOMER"'),
        (damaged_state, 6, "state.db"),
    ],
)
def test_json_of_a_run_that_could_not_begin_is_one_document(
    world: World, damage: Callable[[World], None], code: int, told: str
) -> None:
    world.relations(1)
    damage(world)
    result = world.process("push", "--json")
    found = document(result.out)
    assert (result.code, found["exit_code"], found["steps"]) == (code, code, [])
    assert told in result.err
    assert "Traceback" not in result.err


def test_a_configuration_that_is_not_there_is_2_and_says_so(world: World) -> None:
    done = world.process("--config", str(world.folder / "nowhere.toml"), "push")
    assert done.code == 2
    assert "nowhere.toml" in done.err
    assert done.out == ""


def test_somebody_at_it_already_is_5(world: World) -> None:
    world.relations(1)
    world.push()
    code = (
        "import sys; from flexsync_cli.adapters.lock import FileLock; from pathlib import Path\n"
        "with FileLock(Path(sys.argv[1])).hold('run'): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(world.folder / "state.db")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        result = world.process("push", "--json")
        holder.communicate()
    assert result.code == 5
    assert document(result.out)["exit_code"] == 5
    assert result.err.startswith("error: ")


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal there")
def test_ctrl_c_ends_with_130_and_the_next_run_goes_on(world: World) -> None:
    world.relations(5)
    command = [sys.executable, "-m", "flexsync_cli", "--config", str(world.config), "push", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        asked = iter([True])

        def ask(when: str, call: Call) -> None:
            if (when, call.method) == ("before", "POST") and next(asked, False):
                process.send_signal(signal.SIGINT)

        world.flexmail.on_effect(ask)
        out, err = process.communicate(timeout=60)
    world.flexmail.clear_hooks()
    assert process.returncode == 130
    assert "the next run goes on" in err
    assert document(out)["exit_code"] == 130
    assert len(world.active()) == 1  # the call that was under way
    world.push()
    assert len(world.active()) == 5


def test_a_reader_that_leaves_stops_nothing(world: World) -> None:
    world.relations(3)
    command = [sys.executable, "-m", "flexsync_cli", "-q", "--config", str(world.config), "push"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert len(world.active()) == 3


def test_a_console_in_cp1252_gets_its_lines(world: World) -> None:
    world.relation(1, "peeters@example.be", name="Łukasz →")
    world.relation(2, "peeters@example.be", name="Łódź")
    result = world.process("push", environment={"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"})
    assert (result.code, line(result.out, "push")[:15]) == (0, "push: 1 created")


def test_the_state_remembers_the_run_under_the_id_that_json_tells(world: World) -> None:
    world.relations(1)
    run_id = world.push().document["run_id"]
    with closing(sqlite3.connect(world.folder / "state.db")) as state:
        assert [row[0] for row in state.execute("SELECT id FROM runs")] == [run_id]


def test_the_log_holds_no_address(world: World, tmp_path: Path) -> None:
    world.relations(3)
    world.run("-vv", "push")
    assert "@" not in (tmp_path / "flexsync.log").read_text("utf-8")
