"""Killed between any two effects, nothing is lost and nothing doubled: communications and the mail about bounces."""

from collections.abc import Sequence
from datetime import datetime

import pytest

from flexsync_cli.domain.bounce_mail import BouncedPerson
from flexsync_cli.domain.events import Bounce, Campaign, Click
from flexsync_cli.domain.plan import StepOutcome
from flexsync_cli.ports import OutboxMail
from flexsync_cli.services import bounces, clicks
from flexsync_cli.services.session import Session, Settings
from tests.services.killing import DAY, HOUR, NEVER, Office

SETTINGS = Settings(bounces_notify="secretariaat@kantoor-voorbeeld.be", untick_hard_bounces=True)


def pull_clicks(session: Session) -> None:
    clicks.pull(session, StepOutcome("clicks"))


def click(office: Office, contact: int, link: str) -> None:
    now = office.clock.now().replace(microsecond=0)
    office.events.happen(Click(now, 4711, contact, f"relation{contact}@example.be", link, f"https://example.be/{link}"))


def clicked(killed_at: int = NEVER, killed_run: int = NEVER) -> tuple[Office, list[int]]:
    """A story of three days; one of its runs is killed before one of its effects. How many effects each run had."""
    office = Office()
    effects = [office.run(pull_clicks, SETTINGS).effects]
    office.events.happen(Campaign(4711, "Nieuws", "Nieuws", "Campaign", office.pass_time(HOUR)))
    stories = [((1, "a"), (2, "a"), (2, "b")), ((1, "b"), (3, "a")), (), ((1, "c"),), ()]
    for number, story in enumerate(stories):
        office.pass_time(HOUR if number % 2 else DAY)
        for contact, link in story:
            click(office, contact, link)
        fuse = office.run(pull_clicks, SETTINGS, killed_at if number == killed_run else NEVER)
        effects.append(fuse.effects)
        if number == killed_run:
            office.run(pull_clicks, SETTINGS)
    return office, effects[1:]


def told(office: Office) -> list[tuple[str, datetime, str]]:
    return sorted((one.reference, one.at, one.text) for one in office.admin.communications)


CALM, EFFECTS = clicked()


@pytest.mark.parametrize("run", range(len(EFFECTS)))
def test_a_killed_run_of_clicks_is_made_good_by_the_next(run: int) -> None:
    assert EFFECTS[run] > 0
    for effect in range(EFFECTS[run]):
        office, _ = clicked(effect, run)
        assert told(office) == told(CALM), f"killed before effect {effect}"
        assert office.state.journal.pending() == []


def test_the_story_has_first_and_second_communications() -> None:
    numbers = [one.reference.rpartition("-")[2] for one in CALM.admin.communications]
    assert {"1", "2"} == set(numbers)
    assert sum(one.text.count("https") for one in CALM.admin.communications) == 6


def pull_bounces(session: Session) -> None:
    def tell(people: Sequence[BouncedPerson]) -> None:
        message = " ".join(f"{person.relation_id}:{person.code}" for person in people).encode()
        session.state.outbox.add(OutboxMail("bounces", message, session.now()))

    bounces.pull(session, StepOutcome("bounces"), tell=tell)


def bounced(killed_at: int = NEVER) -> tuple[Office, int]:
    office = Office()
    office.run(pull_bounces, SETTINGS)
    office.pass_time(HOUR)
    for contact, code in ((1, "5.1.1"), (2, "4.2.2")):
        address = f"relation{contact}@example.be"
        office.events.happen(Bounce(office.clock.now(), contact, address, None, code, "User unknown"))
    fuse = office.run(pull_bounces, SETTINGS, killed_at)
    office.pass_time(HOUR)
    for _ in range(2):
        office.run(pull_bounces, SETTINGS)
    return office, fuse.effects


def test_a_killed_run_of_bounces_tells_once() -> None:
    _, effects = bounced()
    assert effects > 0
    for effect in range(effects):
        office, _ = bounced(effect)
        assert [mail.message for mail in office.state.outbox.waiting()] == [b"1:5.1.1 2:4.2.2"], (
            f"killed before effect {effect}"
        )
        assert [out.address for out in office.state.outs.all()] == ["relation1@example.be"]
