"""What a summary mail holds, to whom it goes, and that it goes once."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from flexsync_cli.adapters.mail.letters import JinjaLetters
from flexsync_cli.adapters.mail.smtp import SmtpMailer
from flexsync_cli.adapters.memory_admin import MemoryAdmin
from flexsync_cli.adapters.memory_flexmail import MemoryFlexmail
from flexsync_cli.domain.model import Link, Out, OutKind, OutSource, Owner, Relation
from flexsync_cli.domain.plan import Note, StepOutcome
from flexsync_cli.errors import AdminUnavailable, ExitCode, FlexmailUnavailable, Refused, Unavailable
from flexsync_cli.ports import OutboxMail, Run
from flexsync_cli.services import interrupted
from flexsync_cli.services.letters import bounce_letter
from flexsync_cli.services.unticks import ADOPTED
from tests.adapters.mail.server import MailServer
from tests.golden import samples
from tests.services.desk import Desk, desk_in, failing, push, relation


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_in(tmp_path) as desk:
        desk.mail = replace(desk.mail, when="always")
        yield desk


def recipients(message: bytes) -> str:
    return str(message_from_bytes(message, policy=default)["To"])


# -- to whom


def test_the_owner_is_asked_at_most_daily(desk: Desk) -> None:
    desk.mail = replace(desk.mail, to=())
    desk.run(push())
    desk.flexmail = MemoryFlexmail(owner=Owner("Andere@Example.be"))
    desk.run(push())
    desk.clock.moment += timedelta(days=1)
    desk.run(push())
    assert [recipients(message) for message in desk.post.taken] == [
        "eigenaar@example.be",
        "eigenaar@example.be",
        "andere@example.be",
    ]


@pytest.mark.parametrize("owner", [None, Owner("no address"), Owner("x@example.be\r\nBcc: y@example.be <")])
def test_an_owner_who_is_not_known_lets_the_mail_wait_and_it_is_said(desk: Desk, owner: Owner | None) -> None:
    desk.mail = replace(desk.mail, to=())
    desk.flexmail = MemoryFlexmail(owner=None if owner is None or "\r" in owner.email else owner)
    outcome = desk.run(push(created=3))
    assert (outcome.counts["mails"], outcome.counts["outbox"], outcome.exit_code) == (0, 1, ExitCode.ITEMS)
    assert "summary.to" in desk.reporter.warnings[-1]
    assert "example" not in desk.reporter.warnings[-1]
    desk.flexmail = MemoryFlexmail(owner=Owner("eigenaar@example.be"))
    outcome = desk.run(push())
    assert (outcome.counts["mails"], outcome.counts["outbox"], outcome.exit_code) == (1, 0, ExitCode.DONE)
    assert "       3  added to Flexmail\n" in desk.post.text()


def test_an_owner_known_before_serves_while_flexmail_is_down(desk: Desk) -> None:
    class Down(MemoryFlexmail):
        def owner(self) -> Owner | None:
            raise FlexmailUnavailable("down")

    desk.mail = replace(desk.mail, to=())
    desk.run(push())
    desk.clock.moment += timedelta(days=2)
    desk.flexmail = Down()
    desk.run(failing())
    assert recipients(desk.post.taken[-1]) == "eigenaar@example.be"


# -- once


def test_a_mail_that_can_not_be_sent_waits_and_is_sent_once(desk: Desk) -> None:
    desk.post.error = Unavailable("the mail server is away")
    outcome = desk.run(push(created=1))
    assert (outcome.counts["mails"], outcome.counts["outbox"], outcome.exit_code) == (0, 1, ExitCode.ITEMS)
    assert desk.reporter.warnings == ["mail 2 (summary) waits: the mail server is away"]
    desk.mail = replace(desk.mail, when="daily")
    desk.post.error = None
    assert desk.run(push()).counts["mails"] == 1
    outcome = desk.run(push())
    assert (outcome.counts["mails"], outcome.counts["outbox"], outcome.exit_code) == (0, 0, ExitCode.DONE)
    assert len(desk.post.taken) == 1


def test_a_mail_that_is_refused_for_itself_keeps_no_other_back(desk: Desk) -> None:
    class Picky:
        def __init__(self) -> None:
            self.taken: list[bytes] = []

        def send(self, message: bytes) -> None:
            if message == b"refused":
                raise Refused(550, "who is x@example.be?")
            self.taken.append(message)

    desk.state.outbox.add(OutboxMail("bounces", b"refused", desk.clock.now()))
    picky = Picky()
    desk.post = picky  # type: ignore[assignment]  # another mailer than the desk's own
    outcome = desk.run(push())
    assert (len(picky.taken), outcome.counts["outbox"], outcome.exit_code) == (1, 1, ExitCode.ITEMS)
    assert desk.reporter.warnings == ["mail 2 (bounces): the mail server refused it (550); it waits"]


def test_killed_before_the_mail_was_queued_it_is_told_by_the_next_run(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(desk.state.outbox, "add", _power_cut)
        with pytest.raises(KeyboardInterrupt):
            desk.run(push(created=2))
    desk.run(push())
    assert "All is well" in desk.post.text()
    assert len(desk.post.taken) == 1


def test_killed_after_the_mail_was_queued_it_is_sent_by_the_next_run(desk: Desk) -> None:
    desk.post.error = KeyboardInterrupt()  # type: ignore[assignment]  # the power goes while the server is spoken to
    with pytest.raises(KeyboardInterrupt):
        desk.run(push(created=2))
    desk.post.error = None
    desk.mail = replace(desk.mail, when="daily")
    desk.run(push())
    assert len(desk.post.taken) == 1
    assert "       2  added to Flexmail\n" in desk.post.text()


def _power_cut(mail: OutboxMail) -> int:
    raise KeyboardInterrupt


def test_what_was_sent_is_forgotten_after_a_week(desk: Desk) -> None:
    desk.run(push())
    desk.clock.moment += timedelta(days=8)
    desk.run(push())
    desk.state.outbox.mark_sent(1, desk.clock.now())
    assert desk.state.outbox.waiting() == []


def test_it_goes_over_a_real_server(desk: Desk) -> None:
    server = MailServer("starttls")
    server.start()
    try:
        desk.post = SmtpMailer("127.0.0.1", server.port, context=server.context)  # type: ignore[assignment]  # the real one
        assert desk.run(push(created=1)).counts["mails"] == 1
        assert [taken.rcpt_tos for taken in server.taken] == [["els@example.be"]]
    finally:
        server.stop()
    outcome = desk.run(push())
    assert (outcome.counts["mails"], outcome.counts["outbox"]) == (0, 1)


# -- what


def test_people_are_named_by_what_was_written(desk: Desk) -> None:
    desk.run(push(created=1, left=1), wrote=[("create", "4"), ("unsubscribe", "5")])
    text = desk.post.text()
    assert "Namely: Name4 (4)" in text
    assert "Namely: Name5 (5)" in text


def test_what_was_told_is_told_once_though_its_run_was_killed_right_after_it(desk: Desk) -> None:
    desk.mail = replace(desk.mail, when="always")
    desk.run(push(created=1), wrote=[("create", "4")])
    assert "       1  added to Flexmail\n" in desk.post.text()
    desk.run(push())
    assert "added to Flexmail" not in desk.post.text()


def by_hand(desk: Desk, run_id: str, **counts: int) -> None:
    """A push that somebody started."""
    document = {"steps": [{"name": "push", "counts": counts}]}
    desk.state.runs.save(Run(run_id, "push", desk.clock.now(), desk.clock.now(), 0, document))


def test_what_was_told_is_not_told_again_after_the_clock_was_set_back(desk: Desk) -> None:
    desk.clock.moment += timedelta(hours=1)
    by_hand(desk, "by-hand", created=2)
    desk.clock.moment -= timedelta(days=1)
    desk.run(push(), wrote=[("create", "7")])
    desk.run(push(updated=1), wrote=[("patch", "8")])
    assert "       2  added to Flexmail\n" in desk.post.text(0)
    assert "added to Flexmail" not in desk.post.text(1)
    assert "Name7" not in desk.post.text(1)
    assert "Name8" in desk.post.text(1)


def test_what_was_done_after_the_clock_was_set_back_is_told(desk: Desk) -> None:
    desk.clock.moment -= timedelta(days=1)
    by_hand(desk, "by-hand", created=2)
    desk.run(push())
    assert "       2  added to Flexmail\n" in desk.post.text()


def test_what_was_found_out_of_a_write_after_its_run_is_told_whatever_the_clock_says(desk: Desk) -> None:
    session = desk.session()
    entry = session.begin("create", relation="7")
    by_hand(desk, session.run_id)
    desk.run(push())
    desk.clock.moment -= timedelta(days=1)
    desk.session().end(entry, done=True)
    desk.run(push())
    assert "       1  added to Flexmail\n" in desk.post.text()


def test_what_a_killed_run_noted_is_told_once(desk: Desk) -> None:
    killed = desk.session()
    desk.state.runs.save(Run(killed.run_id, "run", desk.clock.now()))
    interrupted.note(killed, "bounces", {"hard": 2, "soft": 0})
    interrupted.note(killed, "bounces", {"hard": 1})
    desk.run(push())
    assert "       3  undeliverable\n" in desk.post.text()
    desk.run(push())
    assert "undeliverable" not in desk.post.text()


def test_a_no_of_before_the_clock_was_set_back_is_not_a_killed_runs(desk: Desk) -> None:
    heard = desk.session()
    noes = StepOutcome("opt_outs", counts=Counter(events=1))
    desk.state.outs.save([Out("an@example.be", OutKind.PERSON, OutSource.EVENT, heard.now(), heard.now())])
    desk.run(noes, push())
    desk.clock.moment -= timedelta(hours=1)
    desk.state.runs.save(Run(desk.session().run_id, "run", desk.clock.now()))
    desk.clock.moment += timedelta(days=1)
    desk.run(push())
    assert "       1  unsubscribed or complained\n" in desk.post.text(0)
    assert "unsubscribed or complained" not in desk.post.text(1)


def test_what_a_run_noted_that_came_to_its_end_is_not_told_twice(desk: Desk) -> None:
    session = desk.session()
    interrupted.note(session, "push", {"adopted": 2})
    by_hand(desk, session.run_id, adopted=2)
    desk.run(push())
    assert "       2  were there already, and taken over\n" in desk.post.text()


def test_what_other_commands_did_since_is_in_it(desk: Desk) -> None:
    desk.clock.moment += timedelta(hours=1)
    by_hand(desk, "approve1", left=83, selected=100)
    desk.run(push())
    assert "      83  unsubscribed, because Admin no longer mails them\n" in desk.post.text()
    assert "2 runs since" in desk.post.text()
    desk.run(push())
    assert "unsubscribed" not in desk.post.text()


def test_only_the_parts_that_were_chosen_are_shown(desk: Desk) -> None:
    desk.mail = replace(desk.mail, include=("left",))
    noted = push(created=1, left=1, shadowed=1)
    noted.notes += [Note("5", "bad_address"), Note("6", "shadowed", (("by", "7"),))]
    desk.run(noted)
    text = desk.post.text()
    assert "added to Flexmail" not in text
    assert "To look at in Admin" not in text
    assert "Calls to Flexmail" not in text
    assert "unsubscribed, because Admin no longer mails them" in text


def test_calls_and_forecast_and_the_budget(desk: Desk) -> None:
    desk.settings = replace(desk.settings, calls_per_month=40)
    for _ in range(30):
        desk.state.ledger.reserve("rest", "GET", "/contacts", desk.clock.now() - timedelta(hours=1), 100)
    desk.run(push())
    text = desk.post.text()
    assert "      30  this month so far\n" in text
    assert "      40  allowed a month\n" in text
    assert "will not be enough" in text


def test_the_first_run_is_told_as_such_and_once(desk: Desk) -> None:
    desk.state.facts.put(ADOPTED, desk.clock.now().isoformat())
    adopted = push(adopted=90)
    adopted.notes.append(Note("", "begins_now", (("step", "clicks"),)))
    desk.run(adopted)
    desk.run(push())
    assert "reading the clicks" not in desk.post.text(0)
    assert desk.post.subjects == ["flexsync: all is well (first run)", "flexsync: all is well"]
    assert "followed from now on" in desk.post.text(0)


def test_observing_is_said(desk: Desk) -> None:
    desk.settings = replace(desk.settings, observe=True)
    desk.run(push(created=1))
    assert desk.post.subjects == ["flexsync: all is well (trial)"]
    assert "Nothing was written to Admin or Flexmail" in desk.post.text()


def test_an_admin_that_is_down_is_not_asked_again_and_names_come_from_what_was_sent(desk: Desk) -> None:
    class Down(MemoryAdmin):
        def relations(self) -> Iterator[Relation]:
            raise AdminUnavailable("asked again")

    link = Link(900, "4", "r4@example.be", desk.clock.now(), values={"name": "Peeters", "first_name": "Els"})
    desk.state.links.save([link])
    desk.admin = Down()
    desk.run(failing("push", "Admin can't be reached"), wrote=[("create", "4")])
    assert "Admin can't be reached" in desk.post.text()


def test_a_huge_office_makes_no_huge_mail(desk: Desk) -> None:
    desk.admin = MemoryAdmin(relation(str(number)) for number in range(1, 3001))
    noted = push(shadowed=1500, held=1500, created=3000)
    noted.notes += [Note(str(number), "bad_address") for number in range(1, 1501)]
    noted.notes += [Note(str(number), "shadowed", (("by", "1"),)) for number in range(1501, 3001)]
    desk.run(noted, wrote=[("create", str(number)) for number in range(1, 70)])
    assert len(desk.post.taken[-1]) < 100_000
    assert "And 1,475 more. The whole list: flexsync status" in desk.post.text()
    desk.run(noted)
    assert "[new]" not in desk.post.text()


# -- without a mail server, and in a dry run


def test_without_a_mail_server_the_summary_is_printed_after_each_run(desk: Desk) -> None:
    desk.mail = replace(desk.mail, when="daily", sender="")
    outcome = desk.run(push(created=2), mailer=False)
    assert desk.printed is not None
    assert "       2  added to Flexmail\n" in desk.printed
    assert (outcome.counts["mails"], outcome.counts["outbox"], outcome.exit_code) == (0, 0, ExitCode.DONE)
    desk.run(push(), mailer=False)
    assert "added to Flexmail" not in desk.printed


def test_a_dry_run_counts_the_mail_and_leaves_nothing_behind(desk: Desk) -> None:
    desk.dry_run = True
    assert desk.run(push(created=2)).counts["mails"] == 1
    assert (desk.post.taken, desk.printed) == ([], None)
    desk.dry_run = False
    desk.run(push())
    assert "added to Flexmail" not in desk.post.text()


# -- bounces


def test_the_bounce_mail_waits_in_the_outbox_for_the_end_of_the_run(desk: Desk) -> None:
    people = samples.bounces().people
    session = desk.session()
    assert bounce_letter(session, JinjaLetters(), people, to="wie@example.be", sender="f@example.be", language="nl") is None
    desk.run(push())
    assert desk.post.subjects[0] == "flexsync: 4 nieuwsbrieven kwamen terug"
    assert recipients(desk.post.taken[0]) == "wie@example.be"


def test_without_a_mail_server_the_bounces_are_printed(desk: Desk) -> None:
    text = bounce_letter(
        desk.session(), JinjaLetters(), samples.bounces().people, to="wie@example.be", sender="", language="nl"
    )
    assert text is not None
    assert "deze mailbox bestaat niet (code 5.1.1)" in text
    assert desk.state.outbox.waiting() == []
