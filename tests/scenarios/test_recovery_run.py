"""A whole run, killed at any moment: no opt-out, click or bounce is lost, and none is told or written twice.

Only a mail that was handed over in the very moment of the crash may come a second time, with the same Message-ID. A sample of
the moments is tried by default, as in test_recovery; FLEXSYNC_KILL_EVERY=1 tries each of them.
"""

import signal
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import time_machine

from flexsync_cli.sandbox.mailbox import Mailbox
from flexsync_cli.sandbox.serve import Sandbox
from tests.scenarios import killing
from tests.scenarios.noes import address, flags, outs
from tests.scenarios.test_recovery import EVERY
from tests.scenarios.world import World

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills itself by a signal that Windows lacks")

LANES = 2
MINUTE = timedelta(minutes=1)
START = datetime.now(UTC) - timedelta(hours=2)  # of every office alike: communications name the minute
NEWS = "https://kantoor-voorbeeld.be/nieuws"
BOUNCED = "secretariaat@kantoor-voorbeeld.be"


def build(folder: Path, sandbox: Sandbox, box: Mailbox) -> World:
    """Six who are mailed. A campaign goes out: one unsubscribes by it, two click, one bounces; one relation is new."""
    folder.mkdir()
    world = World(folder, sandbox)
    world.with_soap()
    world.with_communications()
    smtp = {"host": "127.0.0.1", "port": box.port, "security": "none", "sender": "flexsync@kantoor-voorbeeld.be"}
    world.configure(smtp=smtp, bounces={"notify": BOUNCED}, summary={"when": "always"})
    world.relations(6)
    world.relation(16, address(6))
    with time_machine.travel(START) as clock:
        assert world.run("run").code == 0
        clock.shift(30 * MINUTE)
        campaign = world.flexmail.send_campaign("Nieuwsbrief mei")
        clock.shift(10 * MINUTE)
        for number in (1, 2):
            world.flexmail.click(address(number), campaign.id, NEWS)
        world.flexmail.bounce(address(3), campaign.id, code="5.2.2", message="mailbox full")
        world.flexmail.unsubscribe(address(6), campaign.id)
    world.relation(7, "nieuw@example.be")
    box.mails.clear()
    return world


def mails(box: Mailbox) -> list[EmailMessage]:
    """All that came in since the office was built."""
    paths = [box.folder / f"mail-{number}.eml" for number in range(1, len(box.mails) + 1)]
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]


def digest(world: World, box: Mailbox) -> dict[str, Any]:
    """What is left in Admin, in Flexmail and in mail boxes; summaries there may be more than one."""
    told = {str(mail["Message-ID"]): str(mail["Subject"]) for mail in mails(box) if BOUNCED in str(mail["To"])}
    return {
        "communications": sorted(world.sql("SELECT CUSTOMER_ID, SUBJECT, TEXT FROM COMMUNICATION")),
        "flags": flags(world),
        "active": world.active(),
        "outs": sorted((out.address, out.kind, out.source) for out in outs(world)),
        "bounce mails": Counter(told.values()),
    }


def killed(world: World, moment: int) -> tuple[int, int]:
    """`run`, killed right before that effect."""
    return killing.run(["--config", str(world.config), "run"], world.folder / "said.txt", moment)


@pytest.fixture
def box(tmp_path: Path) -> Any:
    """The office's mail server."""
    folder = tmp_path / "box"
    folder.mkdir()
    with Mailbox(folder) as mailbox:
        yield mailbox


@pytest.mark.parametrize("lane", range(LANES))
def test_killed_at_any_effect_nothing_is_lost_or_doubled(tmp_path: Path, box: Mailbox, lane: int) -> None:
    expected, effects = _undisturbed(tmp_path / "undisturbed", box)
    assert len(expected["communications"]) == 2
    assert expected["bounce mails"].total() == 1
    assert expected["flags"][6] == expected["flags"][16] == 0
    for moment in list(range(1, effects + 1, EVERY))[lane::LANES]:
        with Sandbox() as sandbox:
            world = build(tmp_path / str(moment), sandbox, box)
            assert killed(world, moment) == (-signal.SIGKILL, moment)
            assert world.run("run").code == 0
            world.flexmail.reset_calls()
            assert world.run("run").code == 0
            assert world.flexmail.writes == []
            world.engine.dispose()
            assert digest(world, box) == expected, f"killed right before effect {moment}"
            again = Counter(str(mail["Message-ID"]) for mail in mails(box))
            assert again.total() - len(again) <= 1
            assert any(BOUNCED not in str(mail["To"]) for mail in mails(box)), "a summary"


def _undisturbed(folder: Path, box: Mailbox) -> tuple[dict[str, Any], int]:
    with Sandbox() as sandbox:
        world = build(folder, sandbox, box)
        code, effects = killed(world, 0)
        assert code == 0, (world.folder / "said.txt").read_text()
        assert world.run("run").code == 0
        world.engine.dispose()
        return digest(world, box), effects
