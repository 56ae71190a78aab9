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
from flexsync_cli.bootstrap.examine import Examined
from flexsync_cli.bootstrap.legacy import legacy_findings
from flexsync_cli.bootstrap.schedule import check_office_schedule
from flexsync_cli.bootstrap.translation import mapping, settings
from flexsync_cli.domain.model import Relation
from flexsync_cli.errors import AdminUnavailable, FlexsyncError, Misconfigured, StateDamaged, Unavailable
from flexsync_cli.ports import Envelope, Letter, Reporter
from flexsync_cli.services.check import Check, Finding, inspect, skipped
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


def offline_inspection(read: Examined) -> Inspection:
    """The configuration alone: nothing is opened, and nobody called."""
    return Inspection([read.findings], _grants(read.office, _use(read.office)))


@contextmanager
def open_inspection(read: Examined, reporter: Reporter, *, send_test: bool) -> Iterator[Inspection]:
    """Everything that must be right; what can't be opened is told, and the rest is checked all the same."""
    office = read.office
    use = _use(office)
    connection = Connection(use.driver, use.encrypted, use.trusts_any, use.local)
    with ExitStack() as stack:
        state, error = _state(office, stack)
        rows: list[Relation] = []
        inspection = Inspection(
            [
                read.findings,
                lambda: check_state(str(office.configuration.state_path), error),
                lambda: check_zone(datetime.now(UTC).astimezone()),
                read.unless_lacking(
                    "admin.password", "login to Admin", lambda: check_admin(connection, lambda: _look(office, rows))
                ),
            ],
            _grants(office, use),
        )
        flexmail = None
        if state is None:
            inspection.checks.append(_without_state)
        else:
            inspection.tally = Tally(state.ledger)
            flexmail = _flexmail(office, state, inspection.tally, reporter, stack)
            inspection.checks += [
                read.unless_lacking("flexmail.token", "REST token", partial(flexmail.rest, rows)),
                read.unless_lacking("flexmail.soap_token", "SOAP token", flexmail.soap),
            ]
        inspection.checks += [*_mail(read, flexmail, send_test=send_test), *([] if state is None else _further(office))]
        yield inspection


def _without_state() -> Iterator[Finding]:
    yield skipped("Flexmail", "not asked until the state can be opened, which counts the calls")
    yield skipped("schedule, old service", "not asked until the state can be opened, which knows the runs")


def _state(office: Office, stack: ExitStack) -> tuple[SqlState | None, FlexsyncError | None]:
    try:
        state = open_state(office.configuration.state_path)
    except (StateDamaged, Misconfigured, Unavailable) as error:
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
    script = grant_script(mapping(office.configuration), login, opt_in=office.configuration.sync.opt_in)
    return (
        script if use.login else f"-- by a trusted connection: for [{login}] write the account that the task runs as\n{script}"
    )


def _flexmail(office: Office, state: SqlState, tally: Tally, reporter: Reporter, stack: ExitStack) -> FlexmailCheck:
    clock, configuration = SystemClock(), office.configuration
    per_minute = configuration.flexmail.calls_per_minute
    door = stack.enter_context(Door(tally, clock, per_minute=per_minute, on_wait=reporter.waiting))
    owner = not configuration.summary.to
    # Without the id of an earlier run, so that the account is asked.
    events = soap(office, door, clock)
    mapped = configuration.admin.interests is not None
    return FlexmailCheck(
        rest(office, door), events, settings(configuration), state.facts, clock.now, mails_owner=owner, maps_interests=mapped
    )


def _mail(read: Examined, flexmail: FlexmailCheck | None, *, send_test: bool) -> Iterator[Check]:
    office, smtp = read.office, read.office.configuration.smtp
    logs_in = partial(check_mail, None if smtp is None else smtp_mailer(office, smtp).log_in)
    yield read.unless_lacking("smtp.password", "mail server", logs_in)
    if send_test:
        sends = partial(check_test_mail, None if smtp is None else lambda: _send_test(office, flexmail))
        yield read.unless_lacking("smtp.password", "test mail", sends)


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
