import codecs
import sys
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from pydantic import SecretStr, ValidationError

from flexsync_cli.config.secrets import Secret, resolve, resolve_all, store_in_keyring
from flexsync_cli.errors import Misconfigured
from tests.config.documents import configuration, problems


class InMemory(KeyringBackend):
    priority = 1
    held: ClassVar = {("flexsync", "token"): "canary", ("a/b", "user"): "canary2"}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


@pytest.fixture
def own_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(InMemory())  # type: ignore[no-untyped-call]  # the library's
    yield
    keyring.set_keyring(before)


def refusal(secret: Secret, folder: Path, environ: Mapping[str, str]) -> str:
    with pytest.raises(Misconfigured) as caught:
        resolve(secret, folder, environ)
    assert "canary" not in "".join(traceback.format_exception(caught.value))
    return str(caught.value)


def test_plain_and_from_the_environment(tmp_path: Path) -> None:
    assert resolve(Secret.model_validate("canary"), tmp_path, {}).get_secret_value() == "canary"
    assert resolve(Secret(env="TOKEN"), tmp_path, {"TOKEN": "canary"}).get_secret_value() == "canary"


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_file_without_its_mark_and_line_break(tmp_path: Path, mark: bytes, end: str) -> None:
    (tmp_path / "token").write_bytes(mark + f"canary é{end}".encode())
    assert resolve(Secret(file="token"), tmp_path, {}).get_secret_value() == "canary é"
    assert resolve(Secret(file=str(tmp_path / "token")), Path("elsewhere"), {}).get_secret_value() == "canary é"


def test_a_file_that_powershell_wrote(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("canary\r\n", encoding="utf-16")
    assert resolve(Secret(file="token"), tmp_path, {}).get_secret_value() == "canary"


@pytest.mark.usefixtures("own_keyring")
def test_the_keyring(tmp_path: Path) -> None:
    assert resolve(Secret(keyring="flexsync/token"), tmp_path, {}).get_secret_value() == "canary"
    assert resolve(Secret(keyring="a/b/user"), tmp_path, {}).get_secret_value() == "canary2"
    assert refusal(Secret(keyring="flexsync/other"), tmp_path, {}) == (
        "the keyring has nothing under flexsync/other; store it with: keyring set flexsync other"
    )


@pytest.mark.usefixtures("own_keyring")
def test_a_machine_without_a_keyring(tmp_path: Path) -> None:
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]  # the library's
    assert refusal(Secret(keyring="a/b"), tmp_path, {}).startswith(
        "the keyring can't be read for a/b; where this account has none"
    )


def test_a_keyring_that_is_not_installed_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert refusal(Secret(keyring="a/b"), tmp_path, {}) == "a keyring needs the extra: pip install 'flexsync[keyring]'"


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    assert "variable TOKEN is not set" in refusal(Secret(env="TOKEN"), tmp_path, {"token": "canary"})
    assert refusal(Secret(env="TOKEN"), tmp_path, {"TOKEN": ""}) == "the environment variable TOKEN is empty"
    assert f"can't read {tmp_path / 'token'} (" in refusal(Secret(file="token"), tmp_path, {})
    (tmp_path / "token").write_bytes(b"\r\n")
    assert refusal(Secret(file="token"), tmp_path, {}) == f"{tmp_path / 'token'} is empty"


def test_a_secret_that_no_header_could_carry_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("canary\ncanary\n")
    assert "holds a line break" in refusal(Secret(file="token"), tmp_path, {})
    (tmp_path / "token").write_bytes("canaré".encode("cp1252"))
    assert refusal(Secret(file="token"), tmp_path, {}) == f"{tmp_path / 'token'} is not UTF-8 text; save it as UTF-8"


def test_all_problems_at_once_each_with_its_key(tmp_path: Path) -> None:
    secrets = {"flexmail.token": Secret(env="A"), "smtp.password": Secret(env="B"), "admin.password": Secret(env="C")}
    with pytest.raises(Misconfigured) as caught:
        resolve_all(secrets, tmp_path, {"B": "canary"})
    assert [problem.partition(":")[0] for problem in caught.value.problems] == ["flexmail.token", "admin.password"]


def test_secrets_are_fetched_only_when_they_are_used(tmp_path: Path) -> None:
    loaded = configuration()
    assert list(loaded.secrets) == ["flexmail.token"]
    found = resolve_all(loaded.secrets, tmp_path, {"FLEXSYNC_TOKEN": "canary"})
    assert found["flexmail.token"].get_secret_value() == "canary"
    assert "canary" not in f"{found} {loaded.secrets}"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("5", "flexmail.token: must be a text in quotes, or a table such as { env ="),
        ('""', "flexmail.token: must not be empty"),
        ("{}", "flexmail.token: must be exactly one of"),
        ('{ env = "canary", file = "canary" }', "flexmail.token: must be exactly one of"),
        ('{ evn = "canary" }', 'flexmail.token.evn: unknown key, did you mean "env"?'),
        ('{ keyring = "canary" }', 'flexmail.token.keyring: must be "service/user"'),
        ('{ keyring = "/canary" }', 'flexmail.token.keyring: must be "service/user"'),
        ('["canary"]', "flexmail.token: must be a text in quotes, or a table such as { env ="),
    ],
)
def test_a_secret_in_a_wrong_form(written: str, expected: str) -> None:
    (problem,) = problems(instead=('{ env = "FLEXSYNC_TOKEN" }', written))
    assert problem.startswith(expected)
    assert "canary" not in problem


def test_pydantics_own_text_holds_no_secret_either() -> None:
    with pytest.raises(ValidationError) as caught:
        Secret.model_validate({"plain": "canary", "env": "canary"})
    assert "canary" not in f"{caught.value} {caught.value!r}"


@pytest.mark.usefixtures("own_keyring")
def test_a_keyring_that_keeps_nothing_is_told_without_the_secret() -> None:
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]  # the library's
    with pytest.raises(Misconfigured, match="can't keep flexsync-1/flexmail") as caught:
        store_in_keyring("flexsync-1/flexmail.token", SecretStr("canary"))
    assert "canary" not in str(caught.value)
