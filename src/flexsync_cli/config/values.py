"""What a value of the configuration may be. Every refusal has words of its own and never repeats the value."""

import re
from datetime import date, datetime, time, timedelta
from ipaddress import ip_address
from typing import Annotated, ClassVar, TypeAlias
from urllib.parse import SplitResult, urlsplit

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

OWN_WORDS = "own_words"
_DURATION = re.compile("([0-9]{1,5})([mhdw])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_ACCOUNT_ID = re.compile("(?:D-)?([0-9]{1,18})", re.IGNORECASE)


def wrong(message: str) -> PydanticCustomError:
    """A refusal in our own words; they come after the key's path."""
    return PydanticCustomError(OWN_WORDS, "{message}", {"message": message})


class Section(BaseModel):
    """A table of the file: no unknown keys, no conversions, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    def __repr_args__(self) -> list[tuple[str | None, object]]:
        """Nothing: values hold secrets and addresses, and a traceback may show any object."""
        return []


class Compact(Section):
    """A table that may also be written as one text, which then is its key TEXT_KEY."""

    TEXT_KEY: ClassVar[str]
    EXAMPLE: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def _lift(cls, value: object) -> object:
        if isinstance(value, str):
            return {cls.TEXT_KEY: value}
        if isinstance(value, dict | cls):
            return value
        raise wrong(f"must be a text in quotes, or a table such as {cls.EXAMPLE}")


def without_controls(text: str) -> str:
    """The text, refused where it holds a control character."""
    if not text.isprintable():
        # "C:\temp" and "C:\files" are valid TOML with a tab and a form feed in them.
        raise wrong("holds a control character; write Windows paths in '...' or with / instead of \\")
    return text


def parse_duration(value: object) -> object:
    """A length of time from "15m", "1h", "14d" or "2w"."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise wrong('must be a number and a unit in quotes, such as "15m", "1h", "14d" or "2w"')
    return int(match[1]) * _UNITS[match[2]]


def _account_id(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = _ACCOUNT_ID.fullmatch(value.strip())
    if match is None:
        raise wrong('must be a number, or a text such as "D-12345"')
    return int(match[1])


def _email(text: str) -> str:
    try:
        # In ASCII, as every mail server takes it: the domain encoded, and no accents before the @.
        address = validate_email(text, check_deliverability=False, allow_smtputf8=False).ascii_email
    except EmailNotValidError:
        address = None
    if address is None:
        raise wrong("is not a valid e-mail address")
    return address


def _number_as_text(value: object) -> object:
    if not isinstance(value, int | str) or isinstance(value, bool):
        raise wrong("must be a whole number or a text in quotes")
    return str(value)


def web_address(text: str) -> str:
    """An https address, or http on this machine, without a name or password in it and without a slash at its end."""
    parts = _split(text)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise wrong('must be an address that begins with "https://"')
    if parts.username is not None or parts.password is not None:
        raise wrong("must not hold a user name or password")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise wrong('must begin with "https://"; "http://" is for this machine only')
    return text.rstrip("/")


def _split(text: str) -> SplitResult | None:
    if not text.isprintable() or " " in text:
        return None
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises where it is no port
    except ValueError:
        return None
    return parts


def is_loopback(host: str) -> bool:
    """Whether a host's name or number is this machine's own."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


Text: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(without_controls)]
Name: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(without_controls)]
Duration: TypeAlias = Annotated[timedelta, BeforeValidator(parse_duration)]
AccountId: TypeAlias = Annotated[int, Field(ge=1), BeforeValidator(_account_id)]
Email: TypeAlias = Annotated[str, AfterValidator(_email)]
LanguageCode: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, pattern="^[A-Za-z]{2}$")]
NumberOrText: TypeAlias = Annotated[Name, BeforeValidator(_number_as_text)]
WebAddress: TypeAlias = Annotated[str, AfterValidator(web_address)]
OptionalWebAddress: TypeAlias = Annotated[str, AfterValidator(lambda text: text and web_address(text))]
Scalar: TypeAlias = str | int | float | bool | date | datetime | time


def _scalar(value: object) -> object:
    if not isinstance(value, Scalar):
        raise wrong("must be a single text, number, true or false, date or time")
    if isinstance(value, float) and not abs(value) < float("inf"):
        raise wrong("must be a finite number")
    return value


Constants: TypeAlias = dict[Name, Annotated[Scalar, BeforeValidator(_scalar)]]
