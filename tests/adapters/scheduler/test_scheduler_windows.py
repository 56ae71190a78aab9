from collections.abc import Sequence
from pathlib import Path

from flexsync_cli.adapters.scheduler.commands import Answer
from flexsync_cli.adapters.scheduler.windows import TaskScheduler
from flexsync_cli.domain.installed import Installed

CONFIGURATION = r"C:\Kantoor Gent\config.toml"
PROGRAM = r"C:\Kantoor Gent\.venv\Scripts\flexsync.exe"

TASK = r"""<?xml version="1.0" encoding="UTF-16"?>
<Tasks>
  <!-- \Backup -->
  <Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
    <Actions><Exec><Command>C:\backup.exe</Command></Exec></Actions>
  </Task>
  <!-- \flexsync-kantoor -->
  <Task version="1.3" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
    <Principals><Principal id="Author"><UserId>S-1-5-18</UserId></Principal></Principals>
    <Settings><Enabled>{enabled}</Enabled></Settings>
    <Actions><Exec>
      <Command>C:\Windows\System32\cmd.exe</Command>
      <Arguments>/d /s /c ""{program}" "-q" "--config" "c:\kantoor gent\CONFIG.toml" "run" &gt; x 2&gt;&amp;1"</Arguments>
    </Exec></Actions>
  </Task>
</Tasks>
"""


def scheduler(enabled: str = "true", result: str = "-2147024894", *, there: bool = True) -> TaskScheduler:
    row = f'"SRV","\\flexsync-kantoor","24/11/2026 8:07","Gereed","Interactief","24/11/2026 7:07","{result}","x"'

    def answers(words: Sequence[str]) -> Answer:
        return Answer(0, TASK.format(enabled=enabled, program=PROGRAM) if "/xml" in words else row)

    return TaskScheduler(answers, lambda path: there and path == PROGRAM)


def find(tasks: TaskScheduler) -> list[Installed] | None:
    # A Path of this system keeps the text of the other's.
    return tasks.find(Path(CONFIGURATION))


def test_the_task_of_a_configuration_whatever_its_case_and_the_language_of_the_system() -> None:
    assert find(scheduler()) == [Installed(r"the scheduled task \flexsync-kantoor", "SYSTEM", result=2147942402)]


def test_a_task_that_is_off() -> None:
    [entry] = find(scheduler(enabled="false")) or []
    assert not entry.enabled
    assert entry.mend == r'schtasks /Change /TN "\flexsync-kantoor" /ENABLE'


def test_a_program_that_has_gone_though_cmd_starts_it() -> None:
    assert [entry.missing for entry in find(scheduler(there=False)) or ()] == [PROGRAM]


def test_a_result_that_is_no_number_is_none() -> None:
    assert [entry.result for entry in find(scheduler(result="N/A")) or ()] == [None]


def test_nothing_installed_and_nothing_to_be_asked() -> None:
    assert scheduler().find(Path(r"C:\elsewhere\config.toml")) == []
    assert TaskScheduler(lambda _: None).find(Path(CONFIGURATION)) is None
    assert TaskScheduler(lambda _: Answer(0, "")).find(Path(CONFIGURATION)) == []
