import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from flexsync_cli.config.keys import all_keys
from flexsync_cli.config.model import PARTS, Configuration
from flexsync_cli.config.problems import nearest_key
from flexsync_cli.config.values import parse_duration
from tests.config.documents import SMALLEST, configuration, problems

SOURCE = 'source = "Admin"'
DURATION = re.compile("[0-9]{1,5}[mhdw]")
SMTP = '[smtp]\nhost = "smtp.example.be"\nsender = "flexsync@example.be"\n'


def test_the_smallest_file_has_the_defaults_of_everything_else() -> None:
    loaded = configuration()
    assert loaded.flexmail.account_id == 12345
    assert loaded.sync.interval == timedelta(hours=1)
    assert loaded.clicks.window == timedelta(days=14)
    assert loaded.languages == {"N": "nl", "F": "fr"}
    assert loaded.summary.to == ()
    assert loaded.summary.include == PARTS
    assert (loaded.guard.percent, loaded.guard.count) == (10, 10)
    optional = (loaded.smtp, loaded.admin.interests, loaded.admin.communications, loaded.bounces.notify)
    assert optional == (None, None, None, None)


def test_nothing_of_a_configuration_can_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        configuration().flexmail.calls_per_minute = 600


@pytest.mark.parametrize("written", ["12345", '"12345"', '"D-12345"', '"d-12345"', '" D-12345 "'])
def test_the_account_id_may_stand_as_the_screen_shows_it(written: str) -> None:
    assert configuration(instead=("12345", written)).flexmail.account_id == 12345


def test_crm_types_are_compared_as_text() -> None:
    sync = configuration('[sync]\ncrm_types = [3, "8", " A "]\ncrm_type_order = [8]').sync
    assert sync.crm_types == ("3", "8", "A")
    assert sync.crm_type_order == ("8",)


def test_a_field_is_a_column_or_a_code_with_its_label() -> None:
    fields = configuration(
        '[fields]\nvat = "dbo.EXTRA.VAT"\nacc_software = { column = "ACC", from = "dbo.ACC", key = "ID", label = "LABEL" }'
    ).fields
    assert (fields["vat"].column, fields["vat"].table) == ("dbo.EXTRA.VAT", None)
    software = fields["acc_software"]
    assert (software.column, software.table, software.key, software.label) == ("ACC", "dbo.ACC", "ID", "LABEL")


def test_constants_keep_the_type_that_toml_gives_them() -> None:
    values = configuration('[opt_in.values]\nA = 8\nB = "x"\nC = true\nD = 1.5\nE = 2024-05-01').opt_in.values
    assert values == {"A": 8, "B": "x", "C": True, "D": 1.5, "E": date(2024, 5, 1)}
    assert values["C"] is True


def test_summary_goes_to_the_owner_or_to_a_list() -> None:
    assert configuration('[summary]\nto = "owner"').summary.to == ()
    assert configuration('[summary]\nto = ["info@example.be"]').summary.to == ("info@example.be",)


@pytest.mark.parametrize(
    "address", ["https://flexmail.example.be/", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:99"]
)
def test_interfaces_may_be_anywhere_over_https_and_here_over_http(address: str) -> None:
    loaded = configuration(instead=(SOURCE, f'{SOURCE}\nrest_url = "{address}"'))
    assert loaded.flexmail.rest_url == address.rstrip("/")


REFUSALS = {
    ('[sync]\nintervall = "1h"', 'sync.intervall: unknown key, did you mean "interval"?'),
    ('[sync]\nto = "owner"', 'sync.to: unknown key, did you mean "summary.to"?'),
    ("[logg]", 'logg: unknown key, did you mean "log"?'),
    ("[xyzzy]", "xyzzy: unknown key"),
    ("[guard.percent]\nx = 1", "guard.percent: must be a number, without quotes"),
    ('[fields]\na = { colum = "X", column = "X" }', 'fields.a.colum: unknown key, did you mean "column"?'),
    ('[fields]\n"a b" = 5', 'fields."a b": must be a text in quotes, or a table such as'),
    ('[fields]\na = ""', "fields.a: must not be empty"),
    ('[fields]\n"" = "X"', 'fields."": must not be empty'),
    ('[fields]\na = { column = "X", from = "T" }', 'fields.a: "from", "key" and "label" go together'),
    ('[fields]\na = { from = "T", key = "K", label = "L" }', "fields.a.column: missing"),
    ("[sync]\nmode = 5", 'sync.mode: must be "sync" or "observe"'),
    ('[summary]\nwhen = "never"', 'summary.when: must be "daily", "changes", "always" or "problems"'),
    ('[summary]\ninclude = ["all"]', 'summary.include, item 1: must be "created", "updated"'),
    ('[summary]\ninclude = "all"', "summary.include: must be a list in [ ]"),
    ('[summary]\nto = "info@example.be"', 'summary.to: must be "owner", or a list of addresses'),
    ("[summary]\nto = []", 'summary.to: must be "owner", or a list of addresses'),
    ('[summary]\nto = ["info@example.be", "x"]', "summary.to, item 2: is not a valid e-mail address"),
    ('[bounces]\nnotify = "x@local"', "bounces.notify: is not a valid e-mail address"),
    ('[bounces]\nnotify = "andré@example.be"', "bounces.notify: is not a valid e-mail address"),
    ("[bounces]\nnotify = 5", "bounces.notify: must be a text in quotes"),
    ('[sync]\ninterests = "yes"', "sync.interests: must be true or false, without quotes"),
    ("[sync]\ninterests = 1", "sync.interests: must be true or false, without quotes"),
    ('[guard]\ncount = "10"', "guard.count: must be a whole number, without quotes"),
    ("[guard]\ncount = true", "guard.count: must be a whole number, without quotes"),
    ("[guard]\ncount = -1", "guard.count: must be 0 or more"),
    ('[guard]\npercent = "10"', "guard.percent: must be a number, without quotes"),
    ("[guard]\npercent = 100.5", "guard.percent: must be 100 or less"),
    ("[guard]\npercent = nan", "guard.percent: must be 100 or less"),
    ("guard = 5", "guard: must be a table"),
    ("languages = 5", "languages: must be a table"),
    ('[languages]\nN = "dutch"', 'languages.N: must be a code of two letters, such as "nl"'),
    ("[sync]\ninterval = 60", 'sync.interval: must be a number and a unit in quotes, such as "15m"'),
    ('[sync]\ninterval = "0m"', "sync.interval: must be 1 minute or more"),
    ('[clicks]\nwindow = "53w"', "clicks.window: must be 364 days or less"),
    ("[sync]\ncrm_types = 3", "sync.crm_types: must be a list in [ ]"),
    ("[sync]\ncrm_types = [3, 1.5]", "sync.crm_types, item 2: must be a whole number or a text in quotes"),
    ("[sync]\ncrm_types = [true]", "sync.crm_types, item 1: must be a whole number or a text in quotes"),
    ("[opt_in.values]\nX = [1]", "opt_in.values.X: must be a single text, number, true or false, date or time"),
    ("[opt_in.values]\nX = inf", "opt_in.values.X: must be a finite number"),
    ('[state]\npath = "C:\\temp\\flexsync.db"', "state.path: holds a control character; write Windows paths in '...'"),
    ('[log]\nfile = ""', "log.file: must not be empty"),
    ('[monitor]\nping = "ftp://example.be"', 'monitor.ping: must be an address that begins with "https://"'),
    ('[monitor]\nping = "https://example.be:port/"', 'monitor.ping: must be an address that begins with "https://"'),
    ('[monitor]\nping = "https://exam ple.be"', 'monitor.ping: must be an address that begins with "https://"'),
    ('[monitor]\nping = "http://example.be"', 'monitor.ping: must begin with "https://"; "http://" is for this machine only'),
    ('[monitor]\nping = "https://me:secret@example.be"', "monitor.ping: must not hold a user name or password"),
    ("[smtp]\nport = 0", "smtp.port: must be 1 or more"),
    ("[smtp]\nport = 65536", "smtp.port: must be 65535 or less"),
    ("[smtp]", "smtp.host: missing; the mail server's name"),
    ("[admin.interests]", "admin.interests.table: missing; the table with the interests of relations"),
    ("[admin.interests]\ninterest = 5", "admin.interests.interest: must be a text in quotes, or a table such as"),
}


@pytest.mark.parametrize(("toml", "expected"), sorted(REFUSALS))
def test_a_refusal_names_the_key_as_written_and_says_what_it_must_be(toml: str, expected: str) -> None:
    head = toml + "\n" if not toml.startswith("[") else ""
    found = problems("" if head else toml, instead=("[admin]\n", f"{head}[admin]\n"))
    assert any(problem.startswith(expected) for problem in found), found


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('"12a"', 'flexmail.account_id: must be a number, or a text such as "D-12345"'),
        ('"١٢"', 'flexmail.account_id: must be a number, or a text such as "D-12345"'),
        ("0", "flexmail.account_id: must be 1 or more"),
        ("true", "flexmail.account_id: must be a whole number, without quotes"),
    ],
)
def test_account_ids_that_are_none(written: str, expected: str) -> None:
    assert problems(instead=("12345", written)) == [expected]


@pytest.mark.parametrize("written", ["sqlite://admin.db", "sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_an_admin_that_would_vanish_is_refused(written: str) -> None:
    assert problems(instead=("sqlite:///admin.db", written)) == [
        'admin.connection: must name a file, with three slashes: "sqlite:///admin.db"'
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [(" ", "admin.connection: must not be empty"), ("C:\\temp.db", "admin.connection: holds a control character")],
)
def test_connections_that_are_none(written: str, expected: str) -> None:
    (problem,) = problems(instead=("sqlite:///admin.db", written))
    assert problem.startswith(expected)


def test_all_problems_are_told_at_once() -> None:
    found = problems('[sync]\nmode = "x"\n[guard]\ncount = -1\n[nonsense]', instead=("token =", "tokn ="))
    assert [problem.partition(":")[0] for problem in found] == [
        "flexmail.token",
        "flexmail.tokn",
        "sync.mode",
        "guard.count",
        "nonsense",
    ]


def test_an_empty_file_is_told_by_its_required_keys() -> None:
    found = problems(instead=(SMALLEST, ""))
    assert [problem.partition(":")[0] for problem in found] == [
        "admin.connection",
        "flexmail.account_id",
        "flexmail.token",
        "flexmail.source",
    ]


def test_every_required_key_says_what_it_is_for() -> None:
    assert [key for key, field in all_keys(Configuration) if field.is_required() and not field.description] == []


def test_no_value_is_ever_shown() -> None:
    more = f'{SMTP}[summary]\nto = ["canary@example.be"]\n[monitor]\nping = "https://example.be/canary"'
    loaded = configuration(more, instead=('{ env = "FLEXSYNC_TOKEN" }', '"canary-token"'))
    parts = (loaded, loaded.flexmail, loaded.flexmail.token, loaded.summary, loaded.secrets, loaded.smtp, loaded.admin)
    shown = "".join(f"{part!r} {part}" for part in parts)
    assert "canary" not in shown
    assert "example.be" not in shown


@pytest.mark.parametrize(
    "toml",
    [
        "[sync]\nmode = {canary}",
        "[sync]\ninterval = {canary}",
        "[summary]\nto = {canary}",
        "[summary]\nto = [{canary}]",
        "[smtp]\nsender = {canary}\npassword = {{ file = {canary}, env = {canary} }}\nport = {canary}",
        "[monitor]\nping = {canary}",
        "[languages]\nN = {canary}",
        "[guard]\npercent = {canary}",
        "[opt_in.values]\nX = [{canary}]",
        "[admin.interests]\ntable = [{canary}]\ninterest = {{ column = {canary}, key = {canary} }}",
        "[flexmail.more]\nx = {canary}",
    ],
)
def test_no_refusal_repeats_a_value(toml: str) -> None:
    found = problems(toml.format(canary='"canary@local \\t"'))
    assert found
    assert "canary" not in "".join(found)


@given(st.integers(0, 99_999), st.sampled_from("mhdw"))
def test_durations_are_a_number_of_units(number: int, unit: str) -> None:
    minutes = {"m": 1, "h": 60, "d": 24 * 60, "w": 7 * 24 * 60}[unit]
    assert parse_duration(f"{number}{unit}") == timedelta(minutes=number * minutes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15m", timedelta(minutes=15)),
        ("1h", timedelta(minutes=60)),
        ("1d", timedelta(hours=24)),
        ("14d", timedelta(days=14)),
        ("2w", timedelta(days=14)),
    ],
)
def test_durations(text: str, expected: timedelta) -> None:
    assert parse_duration(text) == expected


@given(st.text("0123456789mhdws .-+\n٣", max_size=8).filter(lambda text: not DURATION.fullmatch(text)) | st.integers())
def test_whatever_else_is_no_duration(value: object) -> None:
    with pytest.raises(ValueError, match="a number and a unit"):
        parse_duration(value)


@given(st.sampled_from([key for key, _ in all_keys(Configuration)]), st.data())
def test_a_slip_of_one_letter_finds_its_key(path: str, data: st.DataObject) -> None:
    keys = {key.rpartition(".")[2] for key, _ in all_keys(Configuration) if key.rpartition(".")[0] == path.rpartition(".")[0]}
    key = path.rpartition(".")[2]
    if len(key) < 5:
        return
    at = data.draw(st.integers(0, len(key) - 1))
    assert nearest_key(key[:at] + "x" + key[at:], keys) == key


def test_a_hyphen_or_capitals_are_no_obstacle() -> None:
    assert nearest_key("Calls-Per-Minute", ["calls_per_minute", "calls_per_month"]) == "calls_per_minute"


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    loaded = configuration().read_from(tmp_path / "config.toml", ())
    assert loaded.folder == tmp_path
    assert loaded.state_path == tmp_path / "state.db"
    assert loaded.log_path == tmp_path / "flexsync.log"
