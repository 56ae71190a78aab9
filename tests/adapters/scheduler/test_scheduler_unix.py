from collections.abc import Sequence
from pathlib import Path

import pytest

from flexsync_cli.adapters.scheduler.commands import Answer, run
from flexsync_cli.adapters.scheduler.unix import UnixSchedulers
from flexsync_cli.domain.installed import Installed

CRONTAB = "the crontab of this account"


class Machine:
    """What the system's programs answer here; any other is not there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.configuration = folder / "office/config.toml"
        self.program = folder / "office/.venv/bin/flexsync"
        self.program.parent.mkdir(parents=True)
        self.program.touch()
        self.answers: dict[str, Answer] = {}

    def __call__(self, words: Sequence[str]) -> Answer | None:
        return self.answers.get(" ".join(words[:3])) or self.answers.get(words[0])

    def crontab(self, *lines: str) -> None:
        self.answers["crontab"] = Answer(0, "\n".join(lines))

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def find(self) -> list[Installed] | None:
        return UnixSchedulers(self.folder, self.folder / "home", self).find(self.configuration)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_line_that_names_the_configuration(machine: Machine) -> None:
    machine.crontab("MAILTO=x", f"7 * * * *  {machine.program} -q --config {machine.configuration} run >/dev/null")
    assert machine.find() == [Installed(CRONTAB)]


@pytest.mark.parametrize(
    "command",
    ["cd {folder} && .venv/bin/flexsync -q run", "FLEXSYNC_CONFIG={config} {program} run", "{program} --config={config} run"],
)
def test_other_ways_to_write_it(machine: Machine, command: str) -> None:
    filled = command.format(folder=machine.configuration.parent, config=machine.configuration, program=machine.program)
    machine.crontab(f"@hourly {filled}")
    assert machine.find() == [Installed(CRONTAB)]


@pytest.mark.parametrize(
    "line",
    [
        "# 7 * * * * {program} --config {config} run",
        "7 * * * * {program} --config /elsewhere/config.toml run",
        "7 * * * * {program} --config {config} plan",
        "7 * * * * cd {folder} && ./flexsync --config other.toml run",
        "7 * * * * {program} --config '{config} run",
    ],
)
def test_what_does_not_start_this_configuration(machine: Machine, line: str) -> None:
    machine.crontab(line.format(folder=machine.configuration.parent, config=machine.configuration, program=machine.program))
    assert machine.find() == []


def test_a_program_that_has_gone(machine: Machine) -> None:
    machine.program.unlink()
    machine.crontab(f"7 * * * * {machine.program} --config {machine.configuration} run")
    assert [entry.missing for entry in machine.find() or ()] == [str(machine.program)]


def test_cron_itself_does_not_run(machine: Machine) -> None:
    machine.crontab(f"7 * * * * {machine.program} --config {machine.configuration} run")
    machine.answers["pgrep"] = Answer(1, "")
    assert [entry.enabled for entry in machine.find() or ()] == [False]


def test_a_line_of_the_system_names_its_account(machine: Machine) -> None:
    machine.write("etc/cron.d/office", f"7 * * * * flexsync {machine.program} --config {machine.configuration} run\n")
    assert machine.find() == [Installed(str(machine.folder / "etc/cron.d/office"), "flexsync")]


SERVICE = """[Service]
User=flexsync
WorkingDirectory={folder}
ExecStart={program} -q \\
    --config {config} run
"""


def systemd(machine: Machine, *, active: str = "active", code: str = "1", status: str = "4", user: str = "flexsync") -> None:
    text = SERVICE.format(folder=machine.configuration.parent, config=machine.configuration, program=machine.program)
    machine.write("etc/systemd/system/office.service", text)
    machine.answers["systemctl show office.service"] = Answer(0, f"User={user}\nExecMainCode={code}\nExecMainStatus={status}\n")
    machine.answers["systemctl show office.timer"] = Answer(0, f"ActiveState={active}\n")


def test_a_timer_tells_the_last_result(machine: Machine) -> None:
    systemd(machine)
    machine.write("etc/systemd/system/office.timer", "[Timer]\n")
    assert machine.find() == [Installed("the systemd timer office.timer", "flexsync", result=4)]


def test_a_signal_is_no_exit_code_and_a_timer_that_is_off_says_how_to_turn_it_on(machine: Machine) -> None:
    systemd(machine, active="inactive", code="2", status="9", user="")
    machine.write("etc/systemd/system/office.timer", "[Timer]\n")
    mend = "systemctl enable --now office.timer"
    assert machine.find() == [Installed("the systemd timer office.timer", "root", enabled=False, mend=mend)]


def test_a_service_without_its_timer_starts_nothing(machine: Machine) -> None:
    systemd(machine)
    found = machine.find() or []
    assert [entry.enabled for entry in found] == [False]
    assert "flexsync schedule show" in found[0].mend


def test_a_machine_without_any_scheduler_is_told_from_one_with_nothing_installed(machine: Machine) -> None:
    assert machine.find() is None
    machine.answers["systemctl"] = Answer(1, "offline\n")
    assert machine.find() is None
    machine.answers["systemctl"] = Answer(1, "degraded\n")
    assert machine.find() == []


def test_a_cron_without_lines_is_a_scheduler(machine: Machine) -> None:
    machine.answers["crontab"] = Answer(1, "")
    assert machine.find() == []


def test_asking_a_program_of_the_system() -> None:
    assert run(["echo", "x"]) == Answer(0, "x\n")
    assert run(["no-such-program-anywhere"]) is None
