"""What the scenarios of a whole run share: an office with everything switched on, its mail server, and all that it wrote."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import time_machine

from flexsync_cli.adapters.state import open_state
from flexsync_cli.sandbox.mailbox import Mailbox
from flexsync_cli.sandbox.model import Campaign
from tests.scenarios.world import Result, World

MORNING = datetime(2026, 11, 3, 9, tzinfo=UTC)  # a Tuesday, 10:00 in Brussels
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NEWS = "https://kantoor-voorbeeld.be/nieuws"
OWNER = "it@kantoor-voorbeeld.be"
BOUNCES = "secretariaat@kantoor-voorbeeld.be"


@dataclass
class Office:
    """A world, its mail server, and the clock of all."""

    world: World
    box: Mailbox
    clock: time_machine.Traveller

    def run(self, *arguments: str, code: int = 0) -> Result:
        """`flexsync run --json`, which must end with this code."""
        result = self.world.run("run", "--json", *arguments)
        assert result.code == code, result.err + result.out
        return result

    def subjects(self) -> list[str]:
        """Of all mails so far."""
        return [mail.subject for mail in self.box.mails]

    def text(self, number: int = -1) -> str:
        """The plain text of one mail, without its breaks of lines."""
        path = self.box.mails[number].path.with_suffix(".eml")
        body = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",))
        assert body is not None
        return " ".join(body.get_content().split())

    def smtp(self, port: int | None = None) -> None:
        """Send by the office's own server, or by what is at that port."""
        server = {
            "host": "127.0.0.1",
            "port": port or self.box.port,
            "security": "none",
            "sender": "flexsync@kantoor-voorbeeld.be",
        }
        self.world.configure(smtp=server)

    def nothing_more(self, *arguments: str, code: int = 0) -> Result:
        """Run once more: neither Admin nor Flexmail is written, and no mail goes that has nothing to say."""
        before, mails = admin(self.world), len(self.box.mails)
        self.world.flexmail.reset_calls()
        result = self.run(*arguments, code=code)
        assert self.world.flexmail.writes == []
        assert admin(self.world) == before
        assert len(self.box.mails) == mails
        return result


@contextmanager
def office_in(world: World, clock: time_machine.Traveller) -> Iterator[Office]:
    """SOAP, clicks, bounces and mails; a mail after each run that did something. It is a Tuesday morning."""
    clock.move_to(MORNING)
    folder = world.folder / "box"
    folder.mkdir()
    with Mailbox(folder) as box:
        office = Office(world, box, clock)
        world.with_soap()
        world.with_communications()
        world.configure(bounces={"notify": BOUNCES}, summary={"to": [OWNER], "language": "en", "when": "changes"})
        office.smtp()
        yield office


def begin(office: Office, relations: int = 6) -> Campaign:
    """So many relations are mailed, and a day later a campaign goes out; an hour passes."""
    office.world.relations(relations)
    office.run()
    office.clock.shift(DAY)
    campaign = office.world.flexmail.send_campaign("Newsletter")
    office.clock.shift(HOUR)
    office.box.mails.clear()
    office.world.flexmail.reset_calls()
    return campaign


def admin(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of Admin."""
    tables = ("CUSTOMER", "CUSTOMER_PERMANENT", "CUSTOMER_INTEREST", "COMMUNICATION")
    return {table: [tuple(row) for row in world.sql(f"SELECT * FROM {table} ORDER BY 1, 2")] for table in tables}


def communications(world: World) -> list[tuple[int, str]]:
    """Relation and subject of each, in the order they were written."""
    return [tuple(row) for row in world.sql("SELECT CUSTOMER_ID, SUBJECT FROM COMMUNICATION ORDER BY ID")]


def watermarks(world: World) -> dict[str, object]:
    """How far each list was read."""
    names = ("unsubscriptions", "bounces", "subscriptions", "profile updates")
    with closing(open_state(world.folder / "state.db")) as state:
        return {name: state.facts.get(f"watermark {name}") for name in names}
