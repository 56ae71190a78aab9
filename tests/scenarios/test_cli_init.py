"""`init`: questions, each answer tested at once, and a file that works."""

import pytest
from click.testing import CliRunner, Result

from flexsync_cli.cli.app import cli
from flexsync_cli.config.load import load
from flexsync_cli.errors import FlexmailLoginRefused, Misconfigured
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
    return ("sqlite:///admin.db", "y", f"D-{account.id}", account.token, account.soap_token, "Admin", "fr", "file")


def test_the_answers_make_a_file_with_which_a_plan_runs(office: World) -> None:
    result = init(office, answers=all_answers(office))
    assert result.exit_code == 0, result.output
    made = load(office.folder / "made.toml")
    assert made.warnings == ()
    assert (made.sync.mode, made.summary.language, made.flexmail.source) == ("observe", "fr", "Admin")
    assert made.admin.interests is not None
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
    result = init(office, answers=(*wrong, account.token, "bad", "", "Nowhere", "Admin", "nl", "file"))
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
    result = init(office, answers=("sqlite:///admin.db", *names, str(account.id), account.token, "", "", "nl", "env"))
    assert result.exit_code == 0, result.output
    made = load(office.folder / "made.toml").admin.relations
    assert (made.email, made.first_name, made.crm_type) == ("EMAIL2", "", "")


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


@pytest.mark.parametrize("count", range(8))
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
