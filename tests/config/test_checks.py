import pytest

from flexsync_cli.config.checks import plain_secrets, warnings
from tests.config.documents import configuration, problems

SOAP = ('source = "Admin"', 'source = "Admin"\nsoap_token = { env = "S" }')
SMTP = '[smtp]\nhost = "smtp.example.be"\nsender = "flexsync@example.be"\n'
COMMUNICATIONS = '[admin.communications]\ntable = "T"\nrelation_id = "R"\ndate = "D"\nsubject = "S"\ntext = "X"\n'


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ("[sync]\nopt_in = true", "sync.opt_in: needs flexmail.soap_token"),
        ('[admin.relations]\ncrm_type = ""\n[sync]\ncrm_types = [3]', "sync.crm_types: needs admin.relations.crm_type"),
        (
            '[admin.relations]\ncrm_type = ""\n[sync]\ncrm_type_order = [3]',
            "sync.crm_type_order: needs admin.relations",
        ),
        ('[opt_in.values]\nemail = "x"', "opt_in.values.email: flexsync writes this column itself"),
        (COMMUNICATIONS + 'values = { s = "x" }', "admin.communications.values.s: flexsync writes this column itself"),
        ('[fields]\ncrm = "X"\n[interests]\nas_field = "crm"', "interests.as_field: is under [fields] too"),
        (SMTP + 'username = "flexsync"', "smtp.password: missing; smtp.username is given"),
        (SMTP + 'password = { env = "P" }', "smtp.username: missing; smtp.password is given"),
    ],
)
def test_contradictions_are_refused_with_the_way_out(toml: str, expected: str) -> None:
    (problem,) = problems(toml)
    assert problem.startswith(expected)


@pytest.mark.parametrize(
    "toml",
    [
        '[bounces]\nuntick = "hard"',
        '[opt_in.values]\nCRM_TYPE = 8\nOWNER = "x"',
        COMMUNICATIONS + 'values = { TYPE = "Flexmail" }',
        SMTP,
        SMTP + 'username = "flexsync"\npassword = { env = "P" }',
        '[interests]\nas_field = "crm_interests"',
    ],
)
def test_what_fits_together_is_taken(toml: str) -> None:
    assert problems(toml) == []


def test_opt_in_is_taken_with_a_soap_token() -> None:
    assert problems("[sync]\nopt_in = true", SOAP) == []


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        (COMMUNICATIONS, ["admin.communications: does nothing without flexmail.soap_token"]),
        ('[bounces]\nnotify = "info@example.be"\n' + SMTP, ["bounces.notify: does nothing without flexmail.soap_token"]),
        ("[sync]\ncrm_types = [3]\ncrm_type_order = [8]", ["sync.crm_type_order: names types that sync.crm_types does not"]),
        (SMTP + 'security = "none"\nusername = "x"\npassword = { env = "P" }', ["smtp.security: the password goes"]),
        (SMTP.replace("smtp.example.be", "localhost") + 'security = "none"\nusername = "x"\npassword = { env = "P" }', []),
        (SMTP + 'username = "x"\npassword = "plain"', ["smtp.password: stands in plain text"]),
        ('[bounces]\nuntick = "hard"', []),
        ("", []),
    ],
)
def test_warnings(toml: str, expected: list[str]) -> None:
    found = warnings(configuration(toml))
    assert len(found) == len(expected)
    assert all(warning.startswith(start) for warning, start in zip(found, expected, strict=True)), found


def test_a_bounce_mail_needs_a_mail_server() -> None:
    assert warnings(configuration('[bounces]\nnotify = "info@example.be"', SOAP)) == [
        "bounces.notify: no mail can be sent without [smtp]"
    ]


@pytest.mark.parametrize(("address", "count"), [("https://api.flexmail.eu", 1), ("https://flexmail.example.be", 0)])
def test_more_calls_than_flexmail_allows_are_for_other_addresses(address: str, count: int) -> None:
    instead = ('source = "Admin"', f'source = "Admin"\ncalls_per_minute = 600\nrest_url = "{address}"')
    assert len(warnings(configuration(instead=instead))) == count


@pytest.mark.parametrize(
    ("connection", "plain"),
    [
        ("Driver={X};Server=S;UID=flexsync;PWD=canary", True),
        ("Driver={X};Server=S;password = canary", True),
        ("mssql+pyodbc://flexsync:canary@S/Admin", True),
        ("mssql+pyodbc://flexsync@S/Admin", False),
        ("mssql+pyodbc://S:1433/Admin?note=a@b", False),
        ("Driver={X};Server=S;UID=flexsync;PWD=", False),
        ("Driver={X};Server=S;Trusted_Connection=yes", False),
        ("sqlite:///admin.db", False),
    ],
)
def test_a_password_within_the_connection_counts_as_plain(connection: str, plain: bool) -> None:
    loaded = configuration(instead=("sqlite:///admin.db", connection))
    assert plain_secrets(loaded) == (["admin.connection"] if plain else [])
    assert "canary" not in "".join(warnings(loaded))
