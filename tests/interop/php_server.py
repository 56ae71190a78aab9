"""PHP's built-in web server with our SoapServer, on a port that the system chooses."""

import json
import os
import re
import subprocess
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

ROUTER = Path(__file__).parent / "php" / "router.php"
STARTED = re.compile(r"\((http://127\.0\.0\.1:\d+)\) started")


@dataclass(frozen=True)
class PhpServer:
    """The peer. Situations are those of router.php; `name` keeps one test's files apart from another's."""

    url: str
    folder: Path

    def at(self, situation: str, name: str) -> str:
        return f"{self.url}/{situation}/{name}"

    def requests(self, name: str) -> list[tuple[str, dict[str, Any]]]:
        """What PHP understood of each request: the operation and its members."""
        lines = (self.folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        return [(operation, members) for operation, members in map(json.loads, lines)]

    def put(self, name: str, world: dict[str, Any]) -> None:
        """What the situation "world" answers with."""
        (self.folder / f"{name}.json").write_text(json.dumps(world), encoding="utf-8")


@contextmanager
def serving(php: str, folder: Path) -> Iterator[PhpServer]:
    """A server while the block lasts."""
    command = [php, "-S", "127.0.0.1:0", str(ROUTER)]
    environment = os.environ | {"FLEXSYNC_FOLDER": str(folder)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        # It says where it listens once it does; what it says later must be read too, or it would wait for a reader.
        first = process.stderr.readline()
        rest = Thread(target=deque, args=(process.stderr, 0), daemon=True)
        rest.start()
        try:
            started = STARTED.search(first)
            assert started, f"PHP does not start: {first}"
            yield PhpServer(started[1], folder)
        finally:
            process.terminate()
            rest.join()
