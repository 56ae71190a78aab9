"""Runs a command as a process of its own and measures it: seconds of CPU, peak memory, API calls."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from tempfile import TemporaryFile

from tests.scenarios.world import World


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of one scenario."""

    scenario: str
    relations: int
    calls: int
    writes: int
    cpu_seconds: float
    peak_megabytes: float


def measure(scenario: str, world: World, relations: int, *arguments: str) -> Measured:
    """Run it once; the sandbox is in this process, so that only the client is measured."""
    world.flexmail.reset_calls()
    command = [sys.executable, "-m", "flexsync_cli", "--config", str(world.config), *arguments]
    usage, document = _run(command)
    if document["exit_code"] != 0:
        raise RuntimeError(f"{scenario}: exit code {document['exit_code']}")
    return Measured(
        scenario,
        relations,
        calls=len(world.flexmail.calls),
        writes=len(world.flexmail.writes),
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_megabytes=usage.ru_maxrss / 1024,
    )


def _run(command: list[str]) -> tuple["os.struct_rusage", dict[str, int]]:  # type: ignore[name-defined]  # resource's, in typeshed
    with TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)  # noqa: S603 - our own command
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return usage, json.loads(out.read())


def settled_world(world: World, relations: int) -> None:
    """An office whose people are all in Flexmail already, each equal on both sides."""
    rows = [
        {"id": number, "name": f"Name {number}", "email": f"relation{number}@example.be"} for number in range(1, relations + 1)
    ]
    world.sql_many(
        "INSERT INTO CUSTOMER (CUSTOMER_ID, NAME, EMAIL, LANGUAGE, CRM_TYPE, IS_ACTIVE) VALUES (:id, :name, :email, 'N', 3, 1)",
        rows,
    )
    world.sql_many("INSERT INTO CUSTOMER_PERMANENT VALUES (:id, 1)", rows)
    for row in rows:
        world.flexmail.add_contact(str(row["email"]), name=row["name"], language="nl")
