"""Scenarios that wait for a person's word, for a mail server, or for the end of the shadow period."""

import json
import socket
from collections.abc import Sequence
from contextlib import closing

import pytest

from tests.kills.persons import opt_outs
from tests.kills.scenario import Scenario, address, office
from tests.kills.stage import FIRST, Stage
from tests.scenarios.habits import plans
from tests.scenarios.running import DAY, HOUR, NEWS

OLD = {
    "Id gebruiker": "D-12345",
    "Interval": "30",
    "Gebruikerstoken": "rest-secret",
    "SOAP token": "soap-secret",
    "CRM interesses": "nee",
    "Gebouncede e-mail": "secretariaat@example.be",
    "Maatwerkvelden": "acc_software=SOFTWARE",
    "Verbinding": "Data Source=SQL01;Initial Catalog=Admin;User ID=sync;Password=db-secret",
}


def mass(stage: Stage) -> None:
    """Twelve of thirty are unticked at once; one other changed."""
    office(stage, 30)
    for number in range(FIRST, FIRST + 12):
        stage.world.untick(number)
    stage.world.edit(120, NAME="Changed")


def mass_to_approve(stage: Stage) -> None:
    """It was refused; two more were unticked since."""
    mass(stage)
    stage.run(code=3)
    stage.world.untick(113)
    stage.world.untick(114)


def approve(stage: Stage) -> Sequence[str]:
    """With the id that the mail names."""
    (plan,) = plans(stage.world)
    return ("approve", plan.id)


def person_is_out(stage: Stage) -> None:
    """Somebody opted out, and asks for the newsletter again."""
    opt_outs(stage)
    stage.run()
    stage.world.flexmail.reactivate(address(101))
    stage.clock.shift(2 * DAY)


def tick_again(stage: Stage) -> None:
    """The office ticks who gave a new yes."""
    stage.world.tick(101)


def mail_server_down(stage: Stage) -> None:
    """Yesterday's mails wait; today the server takes them."""
    with closing(socket.create_server(("127.0.0.1", 0))) as closed:
        port = closed.getsockname()[1]
    stage.smtp(port)
    stage.world.relations(3, FIRST)
    stage.run(code=1)
    stage.world.flexmail.bounce(address(101), stage.world.flexmail.send_campaign("Newsletter").id, code="4.2.2")
    stage.clock.shift(HOUR)
    stage.run(code=1)
    stage.world.edit(102, NAME="Changed")
    stage.smtp()
    stage.clock.shift(HOUR)


def no_mail_server(stage: Stage) -> None:
    """The server is down while the run has bounces to tell; it is up again for the next."""
    office(stage, 3)
    stage.clock.shift(HOUR)
    sent = stage.world.flexmail.send_campaign("Newsletter")
    stage.world.flexmail.bounce(address(101), sent.id, code="4.2.2")
    with closing(socket.create_server(("127.0.0.1", 0))) as closed:
        port = closed.getsockname()[1]
    stage.smtp(port)


def server_is_up(stage: Stage) -> None:
    """From now on mails are taken."""
    stage.smtp()
    stage.clock.shift(HOUR)


def observing(stage: Stage) -> None:
    """The shadow period beside an old system, with something of everything."""
    world, flexmail = stage.world, stage.world.flexmail
    world.configure(sync={"mode": "observe", "opt_in": True}, **{"opt_in.values": {"CRM_TYPE": 8}})
    world.relation(201, address(201), name="Name 201", ticked=False)
    world.relations(6, FIRST)
    for number in range(101, 106):
        flexmail.add_contact(address(number), name=f"Name {number}", language="nl", source="Admin")
    stage.run()
    stage.clock.shift(HOUR)
    sent = flexmail.send_campaign("Newsletter")
    flexmail.unsubscribe(address(101), sent.id)
    flexmail.click(address(102), sent.id, NEWS)
    flexmail.bounce(address(103), sent.id, code="4.2.2")
    flexmail.change_profile(address(105), {"name": "Corrected"})
    flexmail.opt_in(address(201))
    flexmail.opt_in("new@example.be", {"name": "Janssens"})
    world.edit(104, NAME="Changed")
    stage.clock.shift(HOUR)


def observed(stage: Stage) -> None:
    """The shadow period is over: from now on it writes."""
    observing(stage)
    stage.run()
    stage.world.configure(sync={"mode": "sync"})
    stage.clock.shift(HOUR)


def old_settings(stage: Stage) -> None:
    """The settings of the old module, as its registry held them."""
    (stage.world.folder / "old.json").write_text(json.dumps(OLD), encoding="utf-8")


def migrate(stage: Stage) -> Sequence[str]:
    """Make a configuration of them; again is the same."""
    folder = stage.world.folder
    return ("migrate-legacy", "--from", str(folder / "old.json"), "--output", str(folder / "made.toml"), "--overwrite")


def init_at_last(stage: Stage) -> None:
    """Nothing was set up yet; the secrets are in the environment."""
    stage.world.relations(3, FIRST)
    account = stage.world.sandbox.account
    secrets = stage.until_the_end.enter_context(pytest.MonkeyPatch.context())
    secrets.setenv("FLEXSYNC_TOKEN", account.token)
    secrets.setenv("FLEXSYNC_SOAP_TOKEN", account.soap_token)


def init(stage: Stage) -> Sequence[str]:
    """Without questions, the secrets into files; again is the same."""
    sandbox = stage.world.sandbox
    made = ("--no-input", "--overwrite", "--secrets", "file", "--output", str(stage.world.folder / "made.toml"))
    sides = ("--connection", "sqlite:///admin.db", "--account-id", str(sandbox.account.id), "--source", "Admin")
    return ("init", *made, *sides, "--rest-url", sandbox.url, "--soap-url", sandbox.soap_url)


def set_up(stage: Stage) -> None:
    """What was asked to test the answers is in no ledger yet."""
    stage.world.flexmail.reset_calls()


SCENARIOS = (
    Scenario("refused by the guard", mass, code=3, code_after=3),
    Scenario("approve", mass_to_approve, approve, code=3),
    Scenario(
        "consent",
        person_is_out,
        ("consent", address(101), "--on", "2026-11-05", "--how", "A letter, in the permanent file"),
        day_after=tick_again,
    ),
    Scenario("outbox, sent", mail_server_down),
    Scenario("outbox, kept", no_mail_server, code=1, day_after=server_is_up),
    Scenario("observe", observing),
    Scenario("observe, then sync", observed),
    Scenario("init, then the first run", init_at_last, init, day_after=set_up),
    Scenario("migrate, then the first run", old_settings, migrate, day_after=lambda stage: stage.world.relations(3, FIRST)),
)
