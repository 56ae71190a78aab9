"""One office with its Flexmail and its mail server, that can be put back to a moment as often as needed."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import time_machine

from flexsync_cli.sandbox.mailbox import Mailbox
from flexsync_cli.sandbox.serve import Sandbox
from tests.kills.effects import no_waiting
from tests.scenarios.monitor import listening
from tests.scenarios.running import BOUNCES, MORNING, OWNER, Office
from tests.scenarios.world import World

FIRST = 101  # the number of the first relation: one that no count in a mail is taken for
SHARED = ("lock", "clock", "account", "quirks")  # of the sandbox's store: what others hold as well


class Stage(Office):
    """The office, and what it was like when the scenario began."""

    def __init__(self, folder: Path, sandbox: Sandbox, box: Mailbox, clock: time_machine.Traveller) -> None:
        super().__init__(World(folder, sandbox), box, clock)
        self._kept: dict[str, Any] = {}
        self._folder = folder.with_name(f"{folder.name}-kept")
        self._moment = MORNING
        self.until_the_end = ExitStack()
        self.pings: list[tuple[str, bytes]] = []  # what a monitoring service was told, where there is one

    def keep(self) -> None:
        """This is the moment to come back to."""
        self.world.engine.dispose()
        self._moment = datetime.now(UTC)
        shutil.copytree(self.world.folder, self._folder)
        store = self.world.sandbox.store
        self._kept = deepcopy({name: value for name, value in vars(store).items() if name not in SHARED})

    def put_back(self) -> None:
        """Everything is as it was then: both sides, the state, the mail box and the clock."""
        self.world.engine.dispose()
        shutil.rmtree(self.world.folder)
        shutil.copytree(self._folder, self.world.folder)
        vars(self.world.sandbox.store).update(deepcopy(self._kept))
        self.world.flexmail.reset_calls()
        self.forget_mails()
        self.pings.clear()
        self.clock.move_to(self._moment)

    @property
    def began(self) -> datetime:
        """The moment that was kept."""
        return self._moment

    def watched(self) -> None:
        """From here on a monitoring service is told of each run."""
        service = self.until_the_end.enter_context(listening())
        self.pings = service.told
        self.world.configure(monitor={"ping": f"http://127.0.0.1:{service.server_port}/ping/abc"})

    def forget_mails(self) -> None:
        """What came in so far is not looked at."""
        self.box.mails.clear()
        for path in self.box.folder.iterdir():
            path.unlink()

    def mails(self) -> list[EmailMessage]:
        """All that came in since."""
        paths = sorted(self.box.folder.glob("*.eml"))
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]


@contextmanager
def stage_in(folder: Path) -> Iterator[Stage]:
    """A Tuesday morning in an office with everything that can be mapped, SOAP and mails; a mail after each run."""
    office, letters = folder / "office", folder / "letters"
    for each in (office, letters):
        each.mkdir()
    with time_machine.travel(MORNING) as clock, Sandbox() as sandbox, Mailbox(letters) as box, no_waiting():
        stage = Stage(office, sandbox, box, clock)
        world = stage.world
        world.with_soap()
        world.with_communications()
        world.with_interests()
        world.configure(
            fields={"software": "ACC_SOFTWARE", "employees": "EMPLOYEES"},
            languages={"N": "nl", "F": "fr"},
            bounces={"notify": BOUNCES},
            summary={"to": [OWNER], "when": "always", "language": "en"},
        )
        world.flexmail.add_custom_field("software")
        world.flexmail.add_custom_field("employees", "numeric")
        stage.smtp()
        with stage.until_the_end:
            yield stage
        world.engine.dispose()
