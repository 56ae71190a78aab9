"""Pictures of what an operator sees, each from a real terminal of 100 columns: `python -m tests.screens [FOLDER]`.

An invented office on the sandbox, as in the demo. Without a folder they go to docs/screens.
"""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from flexsync_cli.sandbox.demo import DemoWorld, demo_world
from flexsync_cli.sandbox.demo_story import newsletter_goes_out, office_works

COLUMNS, ROWS = 100, 50
RELATIONS, SEED = 300, 1
SHOWN_FOLDER = "/srv/flexsync"
# Rich's own loads a font from the net; a picture in a manual fetches nothing.
SVG = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
PROGRAM = (sys.executable, "-m", "flexsync_cli")


def seen(folder: Path, *words: str) -> str:
    """What a terminal gets of a command, colours and all."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color"}
    for name in ("COLUMNS", "NO_COLOR", "FLEXSYNC_CONFIG"):
        environment.pop(name, None)
    with subprocess.Popen([*PROGRAM, *words], cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=environment):
        os.close(theirs)
        said = b"".join(_chunks(ours))
    os.close(ours)
    return said.decode().replace("\r\n", "\n").replace(str(folder), SHOWN_FOLDER)


def _chunks(descriptor: int) -> Iterator[bytes]:
    with suppress(OSError):  # how Linux says that the other end is closed
        while chunk := os.read(descriptor, 65536):
            yield chunk


def picture(name: str, command: str, said: str) -> str:
    """A terminal's text as SVG, below the command that was typed."""
    console = Console(
        width=COLUMNS, record=True, file=StringIO(), force_terminal=True, color_system="truecolor", legacy_windows=False
    )
    console.print(Text(f"$ {command}", style="bold"))
    console.print(Text.from_ansi(said.rstrip()), soft_wrap=True)
    return console.export_svg(title=command, code_format=SVG, unique_id=name)


def screens(world: DemoWorld) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The commands in the order of an office's first days; between them people do what they do."""
    # Quiet, for a picture can't show a bar that moves.
    yield "plan", ("-q", "plan")
    yield "run-first", ("-q", "run")
    office_works(world)
    yield "push", ("-q", "push")
    newsletter_goes_out(world)
    yield "run", ("-q", "run")
    yield "dedupe-report", ("dedupe-report",)
    yield "check", ("check",)
    yield "status", ("status",)
    yield "explain", ("explain", str(world.office.communications()[0].relation_id))


def draw(target: Path) -> None:
    """All of them, into a folder."""
    target.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as temporary, demo_world(Path(temporary), RELATIONS, SEED) as world:
        for name, words in screens(world):
            _write(target, name, f"flexsync {' '.join(words)}", seen(world.folder, *words))
        _write(target, "demo", "flexsync demo", seen(world.folder, "demo"))


def _write(target: Path, name: str, command: str, said: str) -> None:
    (target / f"{name}.svg").write_text(picture(name, command, said), encoding="utf-8")


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "docs/screens")
