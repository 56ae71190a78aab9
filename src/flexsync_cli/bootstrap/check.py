"""Builds the checks of a configuration: with `bootstrap`, what knows both sides."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from html import escape
from secrets import token_hex

from flexsync_cli.adapters.admin.adapter import SqlAdmin
from flexsync_cli.adapters.admin.connection_use import ConnectionUse, connection_use
from flexsync_cli.adapters.admin.describe import grant_script
from flexsync_cli.adapters.clock import SystemClock
from flexsync_cli.adapters.flexmail.http import Door
from flexsync_cli.adapters.mail.message import compose
from flexsync_cli.adapters.mail.texts import Texts
from flexsync_cli.adapters.state import SqlState, open_state
from flexsync_cli.bootstrap import Office, open_relations, rest, smtp_mailer, soap
from flexsync_cli.bootstrap.legacy import legacy_findings
from flexsync_cli.bootstrap.schedule import check_office_schedule
from flexsync_cli.bootstrap.translation import mapping, settings
from flexsync_cli.domain.model import Relation
from flexsync_cli.errors import AdminUnavailable, FlexsyncError, Misconfigured, StateDamaged
from flexsync_cli.ports import Envelope, Letter, Reporter
from flexsync_cli.services.check import Check, Finding, good, inspect, skipped
from flexsync_cli.services.check_admin import Connection, Database, Rights, check_admin
from flexsync_cli.services.check_flexmail import FlexmailCheck
from flexsync_cli.services.check_machine import check_mail, check_state, check_test_mail, check_zone
from flexsync_cli.services.tally import Tally

# Checks of an office that have their own modules: what runs it, and what it replaces.
FURTHER: tuple[Callable[[Office], Iterator[Finding]], ...] = (check_office_schedule, legacy_findings)


@dataclass(slots=True)
class Inspection:
    """What `check` is to do; `calls` is what it has spent so far, `grant_script` "" where the database knows no rights."""

    checks: list[Check]
    grant_script: str = ""
    tally: Tally | None = field(default=None, repr=False)

    def findings(self) -> Iterator[Finding]:
        """Each as soon as it is known."""
        return inspect(self.checks)

    @property
    def calls(self) -> int:
        """API calls."""
        return 0 if self.tally is None else self.tally.total


def offline_inspection(office: Office) -> Inspection:
    """The configuration alone: nothing is opened, and nobody called."""
    return Inspection([lambda: _configuration(office)], _grants(office, _use(office)))


@contextmanager
def open_inspection(office: Office, reporter: Reporter, *, send_test: bool) -> Iterator[Inspection]:
    """Everything that must be right; what can't be opened is told, and the rest is checked all the same."""
    use = _use(office)
    connection = Connection(use.driver, use.encrypted, use.trusts_any, use.local)
    with ExitStack() as stack:
        state, error = _state(office, stack)
        rows: list[Relation] = []
        inspection = Inspection(
            [
                lambda: _configuration(office),
                lambda: check_state(str(office.configuration.state_path), error),
                lambda: check_zone(datetime.now(UTC).astimezone()),
                lambda: check_admin(connection, lambda: _look(office, rows)),
            ],
            _grants(office, use),
        )
        flexmail = None
        if state is None:
            inspection.checks.append(_without_state)
        else:
            inspection.tally = Tally(state.ledger)
            flexmail = _flexmail(office, state, inspection.tally, reporter, stack)
            inspection.checks.append(partial(flexmail.run, rows))
        inspection.checks += [*_mail(office, flexmail, send_test=send_test), *([] if state is None else _further(office))]
        yield inspection


def _configuration(office: Office) -> Iterator[Finding]:
    """Whoever comes here has read it: what is wrong with it ends the command before."""
    configuration = office.configuration
    yield good("configuration", str(configuration.path))
    yield good("secrets", ", ".join(office.secrets))
    yield good("log", str(configuration.log_path))


def _without_state() -> Iterator[Finding]:
    yield skipped("Flexmail", "not asked until the state can be opened, which counts the calls")
    yield skipped("schedule, old service", "not asked until the state can be opened, which knows the runs")


def _state(office: Office, stack: ExitStack) -> tuple[SqlState | None, FlexsyncError | None]:
    try:
        state = open_state(office.configuration.state_path)
    except (StateDamaged, Misconfigured) as error:
        return None, error
    stack.callback(state.close)
    return state, None


def _use(office: Office) -> ConnectionUse:
    return connection_use(office.configuration.admin.connection.get_secret_value())


def _look(office: Office, rows: list[Relation]) -> Database:
    """`rows` gets the relations, for the checks after it."""
    with closing(open_relations(office)) as admin:
        tables = {use.table: use.columns for use in admin.describe_tables()}
        facts = Database(tables, admin.unmapped_required_columns(), _rights(admin))
        try:
            rows.extend(admin.relations())
        except AdminUnavailable as error:
            return replace(facts, unreadable=str(error))
        return replace(facts, relations=rows)


def _rights(admin: SqlAdmin) -> Rights | None:
    """None where it can't be asked, which is no reason to say no more of a database that works."""
    try:
        gap = admin.rights_gap()
    except AdminUnavailable:
        return None
    return None if gap is None else Rights(tuple(map(str, gap.lacking)), tuple(map(str, gap.needless)))


def _grants(office: Office, use: ConnectionUse) -> str:
    """Of a database that is reached over ODBC; the others have no rights to give."""
    if not use.driver:
        return ""
    login = use.login or "\\".join(filter(None, map(os.environ.get, ("USERDOMAIN", "USERNAME")))) or "flexsync"
    return grant_script(mapping(office.configuration), login, opt_in=office.configuration.sync.opt_in)


def _flexmail(office: Office, state: SqlState, tally: Tally, reporter: Reporter, stack: ExitStack) -> FlexmailCheck:
    clock, configuration = SystemClock(), office.configuration
    per_minute = configuration.flexmail.calls_per_minute
    door = stack.enter_context(Door(tally, clock, per_minute=per_minute, on_wait=reporter.waiting))
    owner = not configuration.summary.to
    # Without the id of an earlier run, so that the account is asked.
    events = soap(office, door, clock)
    return FlexmailCheck(rest(office, door), events, settings(configuration), state.facts, clock.now, mails_owner=owner)


def _mail(office: Office, flexmail: FlexmailCheck | None, *, send_test: bool) -> Iterator[Check]:
    smtp = office.configuration.smtp
    yield lambda: check_mail(None if smtp is None else smtp_mailer(office, smtp).log_in)
    if send_test:
        yield lambda: check_test_mail(None if smtp is None else lambda: _send_test(office, flexmail))


def _send_test(office: Office, flexmail: FlexmailCheck | None) -> int:
    smtp, owner = office.configuration.smtp, flexmail.owner if flexmail else None
    to = office.configuration.summary.to or ((owner.email,) if owner else ())
    if smtp is None or not to:
        return 0
    words = Texts(office.configuration.summary.language)
    text = words.say("test.text")
    letter = Letter(words.say("test.subject"), f"<p>{escape(text)}</p>", text)
    identity = f"test.{token_hex(6)}@{smtp.sender.rpartition('@')[2]}"
    smtp_mailer(office, smtp).send(compose(letter, Envelope(smtp.sender, to, SystemClock().now(), identity)))
    return len(to)


def _further(office: Office) -> Iterator[Check]:
    for each in FURTHER:
        yield partial(each, office)
