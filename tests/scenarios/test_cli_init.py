"""`init`: questions, each answer tested at once, and a file that works."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from flexsync_cli.cli.app import cli
from flexsync_cli.config.load import load
from flexsync_cli.errors import FlexmailLoginRefused, Misconfigured
from flexsync_cli.sandbox.mailbox import Mailbox
from tests.scenarios.world import World


@pytest.fixture
def office(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    world.relations(5)
    for name in ("FLEXSYNC_TOKEN", "FLEXSYNC_SOAP_TOKEN", "FLEXSYNC_ADMIN_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    return world


def init(world: World, *arguments: str, answers: tuple[str, ...] = (), env: dict[str, str] | None = None) -> Result:
    urls = ("--rest-url", world.sandbox.url, "--soap-url", world.sandbox.soap_url)
    place = ("--output", str(world.folder / "made.toml"))
    return CliRunner().invoke(
        cli, ["init", *place, *urls, *arguments], input="".join(f"{answer}\n" for answer in answers), env=env
    )


def all_answers(world: World) -> tuple[str, ...]:
    account = world.sandbox.account
    return ("sqlite:///admin.db", "y", f"D-{account.id}", account.token, account.soap_token, "Admin", "-", "fr", "file")


def test_the_answers_make_a_file_with_which_a_plan_runs(office: World) -> None:
    result = init(office, answers=all_answers(office))
    assert result.exit_code == 0, result.output
    made = load(office.folder / "made.toml")
    assert made.warnings == ()
    assert (made.sync.mode, made.summary.language, made.flexmail.source) == ("observe", "fr", "Admin")
    assert made.admin.interests is not None
    assert (made.languages, made.flexmail.language) == ({"N": "nl", "F": "fr", "E": "en"}, "nl")
    assert made.admin.communications is not None
    plan = CliRunner().invoke(cli, ["--config", str(made.path), "plan"], standalone_mode=False)
    assert plan.exception is None
    assert plan.return_value == 0
    assert "first run: the two sides" in plan.stdout


def test_no_secret_and_no_value_of_admin_is_shown_or_in_the_file(office: World) -> None:
    result = init(office, answers=all_answers(office))
    shown = result.output + (office.folder / "made.toml").read_text()
    for hidden in (office.sandbox.account.token, office.sandbox.account.soap_token, "relation1@example.be", "Name 1"):
        assert hidden not in shown


def test_a_wrong_answer_is_told_at_once_and_asked_again(office: World) -> None:
    account = office.sandbox.account
    wrong = ("sqlite:///elsewhere.db", "sqlite:///admin.db", "y", "none", str(account.id), "wrong", str(account.id))
    result = init(office, answers=(*wrong, account.token, "bad", "", "Nowhere", "Admin", "-", "nl", "file"))
    assert result.exit_code == 0, result.output
    assert "there is no SQLite file" in result.output
    assert "must be a number" in result.output
    assert "Flexmail refused" in result.output
    assert 'Flexmail has no source "Nowhere"; it has Admin' in result.output
    assert load(office.folder / "made.toml").flexmail.soap_token is None


def test_the_proposed_names_can_be_changed(office: World) -> None:
    office.sql("ALTER TABLE CUSTOMER ADD COLUMN EMAIL2 TEXT")
    account = office.sandbox.account
    relations = ("CUSTOMER", "CUSTOMER_ID", "NAME", "-", "EMAIL2", "LANGUAGE", "-", "IS_ACTIVE")
    names = ("n", *relations, "CUSTOMER_PERMANENT", "CUSTOMER_ID", "NEWSLETTER")
    result = init(office, answers=("sqlite:///admin.db", *names, str(account.id), account.token, "", "", "-", "nl", "env"))
    assert result.exit_code == 0, result.output
    made = load(office.folder / "made.toml").admin.relations
    assert (made.email, made.first_name, made.crm_type) == ("EMAIL2", "", "")


def test_a_wrong_name_is_told_at_once_with_those_there_are(office: World) -> None:
    account = office.sandbox.account
    relations = ("KLANT", "customer", "NUMBER", "CUSTOMER_ID", "NAME", "-", "EMAIL", "LANGUAGE", "-", "IS_ACTIVE")
    names = ("n", *relations, "CUSTOMER_PERMANENT", "CUSTOMER_ID", "NEWSLETTER")
    result = init(office, answers=("sqlite:///admin.db", *names, str(account.id), account.token, "", "", "-", "nl", "env"))
    assert result.exit_code == 0, result.output
    assert 'there is no table "KLANT"; there is ' in result.output
    assert 'there is no column "NUMBER"; there is ' in result.output
    assert load(office.folder / "made.toml").admin.relations.table == "CUSTOMER"


DUTCH = """CREATE TABLE KLANT (KLANTNR INTEGER PRIMARY KEY, NAAM TEXT, VOORNAAM TEXT, EMAILADRES TEXT, TAAL TEXT,
ACTIEF INTEGER, NIEUWSBRIEF INTEGER, SOFTWARE INTEGER)"""


def test_dutch_names_are_found_and_custom_fields_of_the_same_name_are_offered(office: World) -> None:
    for table in ("CUSTOMER", "CUSTOMER_PERMANENT"):
        office.sql(f"DROP TABLE {table}")
    office.sql(DUTCH)
    office.sql("CREATE TABLE SOFTWARE (ID INTEGER, LABEL TEXT)")
    office.sql("INSERT INTO KLANT VALUES (1, 'Name 1', 'An', 'relation1@example.be', 'N', 1, 1, 2)")
    for name in ("software", "taal", "grootte"):
        office.flexmail.add_custom_field(name)
    account = office.sandbox.account
    asked = ("sqlite:///admin.db", "y", str(account.id), account.token, "", "Admin", "y", "-", "nl", "file")
    result = init(office, answers=asked)
    assert result.exit_code == 0, result.output
    made = load(office.folder / "made.toml")
    assert (made.admin.relations.email, made.admin.newsletter.table) == ("EMAILADRES", "KLANT")
    assert made.fields["taal"].column == "TAAL"
    assert (made.fields["software"].table, made.fields["software"].label) == ("SOFTWARE", "LABEL")
    assert "Flexmail's other custom fields: grootte" in result.output
    assert "relation1@example.be" not in result.output


def test_the_mail_server_is_tested_at_once(office: World, tmp_path: Path) -> None:
    account = office.sandbox.account
    with Mailbox(tmp_path) as mailbox:
        wrong = ("127.0.0.1", "1", "none", "-", "flexsync@example.be")
        right = ("127.0.0.1", str(mailbox.port), "none", "-", "flexsync@example.be")
        asked = ("sqlite:///admin.db", "y", str(account.id), account.token, "", "Admin", *wrong, *right, "nl", "file")
        result = init(office, answers=asked)
    assert result.exit_code == 0, result.output
    assert "the mail server 127.0.0.1:1 can't be reached" in result.output
    smtp = load(office.folder / "made.toml").smtp
    assert smtp is not None
    assert (smtp.port, smtp.sender, smtp.password) == (mailbox.port, "flexsync@example.be", None)


def test_any_key_can_be_given_as_an_option_but_no_secret(office: World) -> None:
    account = office.sandbox.account
    given = ("--no-input", "--connection", "sqlite:///admin.db", "--account-id", str(account.id), "--source", "Admin")
    more = ("sync.interval=30m", "fields.Size 2.0=NAME", "summary.to=['it@example.be']", "admin.relations.first_name=")
    env = {"FLEXSYNC_TOKEN": account.token}
    result = init(office, *given, *(part for each in more for part in ("--set", each)), env=env)
    assert result.exit_code == 0, result.output
    made = load(office.folder / "made.toml")
    assert made.sync.interval.total_seconds() == 1800
    assert made.fields["Size 2.0"].column == "NAME"
    assert made.admin.relations.first_name == ""
    for wrong in ("interval=1h", "x"):
        assert isinstance(init(office, *given, "--overwrite", "--set", wrong, env=env).exception, Misconfigured)
    for secret in ("flexmail.token=x", "flexmail.soap_token.plain=x", "smtp.password.plain = x"):
        refused = init(office, *given, "--overwrite", "--set", secret, env=env).exception
        assert isinstance(refused, Misconfigured)
        assert "no secret is given as an option" in str(refused), secret


def test_with_options_alone_what_was_not_found_can_be_given(office: World) -> None:
    office.sql("ALTER TABLE CUSTOMER_PERMANENT RENAME COLUMN NEWSLETTER TO X7")
    account = office.sandbox.account
    given = ("--no-input", "--connection", "sqlite:///admin.db", "--account-id", str(account.id), "--source", "Admin")
    env = {"FLEXSYNC_TOKEN": account.token}
    refused = init(office, *given, env=env)
    assert "--set admin.newsletter.table=NAME" in str(refused.exception)
    names = ("table=CUSTOMER_PERMANENT", "relation_id=CUSTOMER_ID", "flag=X7")
    flags = [part for name in names for part in ("--set", f"admin.newsletter.{name}")]
    assert init(office, *given, *flags, env=env).exit_code == 0


def test_with_options_alone_nothing_is_asked(office: World) -> None:
    account = office.sandbox.account
    given = ("--connection", "sqlite:///admin.db", "--account-id", str(account.id), "--source", "Admin")
    result = init(office, "--no-input", *given, env={"FLEXSYNC_TOKEN": account.token})
    assert result.exit_code == 0, result.output
    token = load(office.folder / "made.toml").flexmail.token
    assert token.env == "FLEXSYNC_TOKEN"


def test_with_options_alone_a_wrong_one_ends_it(office: World) -> None:
    given = ("--no-input", "--connection", "sqlite:///admin.db", "--account-id", "1")
    assert isinstance(init(office, *given).exception, Misconfigured)
    refused = init(office, *given, env={"FLEXSYNC_TOKEN": "wrong"})
    assert isinstance(refused.exception, FlexmailLoginRefused)
    assert not (office.folder / "made.toml").exists()


@pytest.mark.parametrize("count", range(9))
def test_who_stops_in_the_middle_leaves_nothing_behind(office: World, count: int) -> None:
    before = set(office.folder.iterdir())
    result = init(office, answers=all_answers(office)[:count])
    assert result.exit_code == 1
    assert set(office.folder.iterdir()) == before


def test_a_file_that_is_there_is_kept(office: World) -> None:
    path = office.folder / "made.toml"
    path.write_text("# mine\n")
    assert isinstance(init(office, answers=all_answers(office)).exception, Misconfigured)
    assert path.read_text() == "# mine\n"
    assert init(office, "--overwrite", answers=all_answers(office)).exit_code == 0
    assert [old.read_text() for old in office.folder.glob("made.toml.bak-*")] == ["# mine\n"]
