"""A whole run of the two-way office, killed before any effect: the next one makes good what is left, and doubles nothing.

A sample of the moments is tried by default, as in test_recovery; FLEXSYNC_KILL_EVERY=1 tries each of them.
"""

import signal
import sys
from collections import Counter
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
import time_machine

from flexsync_cli.sandbox.mailbox import Mailbox
from flexsync_cli.sandbox.model import Origin
from flexsync_cli.sandbox.serve import Sandbox
from tests.scenarios import killing
from tests.scenarios.noes import address, standing
from tests.scenarios.running import BOUNCES, HOUR, MINUTE, NEWS, OWNER, Office, admin
from tests.scenarios.test_recovery import EVERY
from tests.scenarios.world import World

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills itself by a signal that Windows lacks")

LANES = 2
START = datetime.now(UTC) - 2 * HOUR  # of every office alike: communications name the minute


def build(folder: Path, sandbox: Sandbox, box: Mailbox) -> Office:
    """Eight who are mailed, two of them at one address; then one of everything that a run has to do."""
    folder.mkdir()
    world = World(folder, sandbox)
    world.with_soap()
    world.with_communications()
    world.with_interests()
    world.configure(
        sync={"opt_in": True},
        interests={"create": True},
        bounces={"notify": BOUNCES},
        summary={"to": [OWNER], "when": "always"},
    )
    world.configure(**{"opt_in.values": {"CRM_TYPE": 8}})
    world.relations(7)
    world.relation(16, address(6))
    with time_machine.travel(START) as clock:
        office = Office(world, box, clock)
        office.smtp()
        office.run()
        clock.shift(30 * MINUTE)
        campaign = world.flexmail.send_campaign("Newsletter")
        clock.shift(10 * MINUTE)
        for number in (1, 2):
            world.flexmail.click(address(number), campaign.id, NEWS)
        world.flexmail.bounce(address(3), campaign.id, code="5.2.2")
        world.flexmail.unsubscribe(address(6), campaign.id)
        world.flexmail.change_profile(address(4), {"name": "Corrected"})
        world.flexmail.opt_in("new@example.be", {"name": "Janssens"})
    world.relation(20, address(20))
    world.interest(20, "Tax")
    world.untick(5)
    world.edit(7, NAME="Changed")
    box.mails.clear()
    return office


def digest(office: Office) -> dict[str, Any]:
    """What is left in Admin, in Flexmail and at the secretary's; how often each contact was written."""
    world, store = office.world, office.world.sandbox.store
    emails = {contact.id: contact.email for contact in world.flexmail.contacts()}
    return {
        **admin(world),
        "COMMUNICATION": sorted(world.sql("SELECT CUSTOMER_ID, DATE, SUBJECT, TEXT FROM COMMUNICATION")),
        "contacts": sorted((each.email, each.state, each.name, len(each.interests)) for each in world.flexmail.contacts()),
        "written": Counter((event.kind, emails[event.contact_id]) for event in store.events if event.origin is Origin.API),
        "outs": standing(world),
        "bounces": [subject for subject, to in told(office).values() if BOUNCES in to],
    }


def told(office: Office) -> dict[str, tuple[str, str]]:
    """Subject and receiver of each mail, by its id: one that was handed over as the process died may come twice."""
    paths = [office.box.folder / f"mail-{number}.eml" for number in range(1, len(office.box.mails) + 1)]
    messages = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]
    return {str(each["Message-ID"]): (str(each["Subject"]), str(each["To"])) for each in messages}


def run(office: Office, moment: int = 0) -> tuple[int, int]:
    """`run`, killed right before that effect."""
    return killing.run(["--config", str(office.world.config), "run"], office.world.folder / "said.txt", moment)


@pytest.fixture
def box(tmp_path: Path) -> Any:
    """The office's mail server."""
    folder = tmp_path / "box"
    folder.mkdir()
    with Mailbox(folder) as mailbox:
        yield mailbox


@pytest.mark.parametrize("lane", range(LANES))
def test_killed_at_any_effect_both_sides_end_the_same(tmp_path: Path, box: Mailbox, lane: int) -> None:
    expected, effects = _undisturbed(tmp_path / "undisturbed", box)
    assert len(expected["COMMUNICATION"]) == 2
    assert len(expected["bounces"]) == 1
    for moment in list(range(1, effects + 1, 3 * EVERY // 2))[lane::LANES]:
        with Sandbox() as sandbox:
            office = build(tmp_path / str(moment), sandbox, box)
            assert run(office, moment) == (-signal.SIGKILL, moment)
            office.run()
            office.world.flexmail.reset_calls()
            office.run()
            assert office.world.flexmail.writes == []
            office.world.engine.dispose()
            assert digest(office) == expected, f"killed right before effect {moment}"


def _undisturbed(folder: Path, box: Mailbox) -> tuple[dict[str, Any], int]:
    with Sandbox() as sandbox:
        office = build(folder, sandbox, box)
        code, effects = run(office)
        assert code == 0, (office.world.folder / "said.txt").read_text()
        office.run()
        office.world.engine.dispose()
        return digest(office), effects
