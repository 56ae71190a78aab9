"""Windows' Task Scheduler."""

import csv
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from lxml import etree

from flexsync_cli.adapters.scheduler.commands import Runner, run
from flexsync_cli.domain.installed import Installed

_SYSTEM_SID = "S-1-5-18"
_LAST_RESULT = 6  # of schtasks' columns, whose names are in the language of the system
# Also where cmd starts it.
_PROGRAM = re.compile(r'[A-Za-z]:\\[^"]*?(?:flexsync|python)\.exe', re.IGNORECASE)
_NAMESPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


class TaskScheduler:
    """What starts a configuration by a scheduled task."""

    def __init__(self, runner: Runner = run, exists: Callable[[str], bool] = os.path.exists) -> None:
        self._run = runner
        self._exists = exists

    def find(self, configuration: Path) -> list[Installed] | None:
        """All tasks that this account may see; None where they can't be listed."""
        answer = self._run(["schtasks", "/query", "/xml", "ONE"])
        if answer is None or answer.code != 0:
            return None
        return [
            self._installed(name, task) for name, task in _tasks(answer.text) if _starts(task, str(configuration).casefold())
        ]

    def _installed(self, name: str, task: etree._Element) -> Installed:
        enabled = _text(task, "Settings", "Enabled").strip().lower() != "false"
        program = _PROGRAM.search(_command(task))
        return Installed(
            f"the scheduled task {name}",
            _text(task, "Principals", "Principal", "UserId").replace(_SYSTEM_SID, "SYSTEM"),
            enabled=enabled,
            mend="" if enabled else f'schtasks /Change /TN "{name}" /ENABLE',
            missing=program[0] if program and not self._exists(program[0]) else "",
            result=self._result(name),
        )

    def _result(self, name: str) -> int | None:
        answer = self._run(["schtasks", "/query", "/tn", name, "/v", "/fo", "csv", "/nh"])
        rows = [] if answer is None or answer.code != 0 else list(csv.reader(answer.text.splitlines()))
        cell = next((row[_LAST_RESULT] for row in rows if len(row) > _LAST_RESULT), "")
        try:
            return int(cell) & 0xFFFFFFFF
        except ValueError:
            return None


def _tasks(text: str) -> Iterator[tuple[str, etree._Element]]:
    """Each task with its name, which schtasks writes as a comment before it."""
    # The declaration names an encoding that the text, decoded by now, does not have.
    body = text[text.find("?>") + 2 :] if text.lstrip().startswith("<?xml") else text
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    name = ""
    for node in etree.fromstring(body.strip().encode() or b"<Tasks/>", parser):
        if isinstance(node, etree._Comment):
            name = (node.text or "").strip()
        elif node.tag == f"{_NAMESPACE}Task":
            yield name, node


def _starts(task: etree._Element, configuration: str) -> bool:
    command = _command(task).casefold()
    return "flexsync" in command and configuration in command


def _command(task: etree._Element) -> str:
    return f"{_text(task, 'Actions', 'Exec', 'Command')} {_text(task, 'Actions', 'Exec', 'Arguments')}"


def _text(task: etree._Element, *path: str) -> str:
    found = task.find("/".join(f"{_NAMESPACE}{name}" for name in path))
    return "" if found is None else (found.text or "").strip()
