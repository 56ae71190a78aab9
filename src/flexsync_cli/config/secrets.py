"""Secrets: where each is kept, and fetching them when they are used. None is ever shown, in an error neither."""

import codecs
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import ClassVar, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from flexsync_cli.config.values import Compact, Name, wrong
from flexsync_cli.errors import Misconfigured

# PowerShell 5.1 writes UTF-16 with `>`.
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_MOST_BYTES = 100_000  # more than any secret has: no key file is that long


class Secret(Compact):
    """Where a secret is: in the file itself, an environment variable, a file of its own, or the system's keyring."""

    TEXT_KEY: ClassVar[str] = "plain"
    EXAMPLE: ClassVar[str] = '{ env = "NAME" }'

    plain: SecretStr | None = Field(default=None, min_length=1)
    env: Name | None = None
    file: Name | None = None
    keyring: Name | None = None

    @field_validator("keyring")
    @classmethod
    def _service_and_user(cls, value: str | None) -> str | None:
        if value is not None and not all(value.rpartition("/")):
            raise wrong('must be "service/user"')
        return value

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise wrong(
                'must be exactly one of "the secret", { env = "NAME" }, { file = "path" }, { keyring = "service/user" }'
            )
        return self


def resolve_all(secrets: Mapping[str, Secret], folder: Path, environ: Mapping[str, str]) -> dict[str, SecretStr]:
    """Fetch secrets by the paths of their keys; relative files are in `folder`. Misconfigured has every problem."""
    found, lacking = resolve_each(secrets, folder, environ)
    if lacking:
        raise Misconfigured([f"{key}: {problem}" for key, problem in lacking.items()])
    return found


def resolve_each(
    secrets: Mapping[str, Secret], folder: Path, environ: Mapping[str, str]
) -> tuple[dict[str, SecretStr], dict[str, str]]:
    """Fetch those that can be; what is wrong with each of the others, by its key."""
    found: dict[str, SecretStr] = {}
    lacking: dict[str, str] = {}
    for key, secret in secrets.items():
        try:
            found[key] = resolve(secret, folder, environ)
        except Misconfigured as error:
            lacking[key] = "; ".join(error.problems)
    return found, lacking


def resolve(secret: Secret, folder: Path, environ: Mapping[str, str]) -> SecretStr:
    """Fetch one secret; Misconfigured says what is missing, without the key's path."""
    value, where = _fetch(secret, folder, environ)
    if not value:
        raise Misconfigured(f"{where} is empty")
    if not value.isprintable():
        raise Misconfigured(f"{where} holds a line break or another control character")
    return SecretStr(value)


def _fetch(secret: Secret, folder: Path, environ: Mapping[str, str]) -> tuple[str, str]:
    if secret.env is not None:
        return _from_environment(secret.env, environ), f"the environment variable {secret.env}"
    if secret.file is not None:
        path = folder / secret.file
        return _from_file(path), str(path)
    if secret.keyring is not None:
        return _from_keyring(secret.keyring), f"the keyring's {secret.keyring}"
    return secret.plain.get_secret_value() if secret.plain else "", "the secret"


def _from_environment(name: str, environ: Mapping[str, str]) -> str:
    if name not in environ:
        raise Misconfigured(
            f"the environment variable {name} is not set; set it for the account that flexsync runs under, or "
            'keep the secret in a file: { file = "path" }'
        )
    return environ[name]


def _from_file(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            raw = stream.read(_MOST_BYTES)
        encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), "utf-8")
        return raw.decode(encoding).rstrip("\r\n")
    except OSError as error:
        problem = f"can't read {path} ({error.strerror}); make it, readable for the account that flexsync runs under"
    except UnicodeError:
        problem = f"{path} is not UTF-8 text; save it as UTF-8"
    raise Misconfigured(problem)


def store_in_keyring(name: str, value: SecretStr) -> None:
    """Keep a secret as "service/user" in the keyring of this account. Raises Misconfigured."""
    keyring, keyring_error = _keyring()
    service, _, user = name.rpartition("/")
    try:
        keyring.set_password(service, user, value.get_secret_value())
    except keyring_error:
        raise Misconfigured(
            f"the keyring can't keep {name}; is there one for this account? environment variables need none"
        ) from None


def _keyring() -> tuple[ModuleType, type[Exception]]:
    try:
        import keyring  # an extra, and slow to import
        from keyring.errors import KeyringError
    except ImportError:
        raise Misconfigured("a keyring needs the extra: pip install 'flexsync[keyring]'") from None
    return keyring, KeyringError


def _from_keyring(name: str) -> str:
    keyring, keyring_error = _keyring()
    service, _, user = name.rpartition("/")
    try:
        value = keyring.get_password(service, user)
    except keyring_error:
        # Its text is a backend's own: it may hold anything.
        raise Misconfigured(
            f"the keyring can't be read for {name}; where this account has none, keep the secret in a file: "
            '{ file = "path" }'
        ) from None
    if value is None:
        raise Misconfigured(f"the keyring has nothing under {name}; store it with: keyring set {service} {user}")
    return str(value)
