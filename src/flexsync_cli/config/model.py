"""The configuration: every key, its form and its default. How it is read: `load.py`; what fits together: `checks.py`."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self, TypeAlias, get_args

from pydantic import BeforeValidator, Field, PrivateAttr

from flexsync_cli.config.admin import Admin, Column
from flexsync_cli.config.secrets import Secret
from flexsync_cli.config.values import (
    AccountId,
    Constants,
    Duration,
    Email,
    LanguageCode,
    Name,
    NumberOrText,
    OptionalWebAddress,
    Section,
    Text,
    WebAddress,
    wrong,
)

OWNER = "owner"
Part: TypeAlias = Literal[
    "created", "updated", "left", "opt_outs", "clicks", "bounces", "added", "duplicates", "parked", "calls"
]
PARTS: tuple[Part, ...] = get_args(Part)
# TOML's arrays are lists: their items stay strict.
Numbers: TypeAlias = Annotated[tuple[NumberOrText, ...], Field(strict=False)]


def _recipients(value: object) -> object:
    if value == OWNER:
        return ()
    if isinstance(value, list) and value:
        return value
    raise wrong('must be "owner", or a list of addresses')


class State(Section):
    """[state]."""

    path: Name = "state.db"


class Flexmail(Section):
    """[flexmail]. Without `soap_token` there are no bounces and no clicks, and opt-outs are found by listing."""

    account_id: AccountId = Field(description='the "Id gebruiker" of the Flexmail account, such as 12345')
    token: Secret = Field(description='the REST token ("gebruikerstoken"), such as { env = "FLEXSYNC_TOKEN" }')
    soap_token: Secret | None = None
    source: NumberOrText = Field(description="name or id of the Flexmail source that new contacts get")
    language: LanguageCode = "nl"
    calls_per_minute: int = Field(default=60, ge=1)
    calls_per_month: int = Field(default=0, ge=0)
    rest_url: WebAddress = "https://api.flexmail.eu"
    soap_url: WebAddress = "https://soap.flexmail.eu/3.0.0/flexmail.php"


class Sync(Section):
    """[sync]. Empty `crm_types` means all."""

    mode: Literal["sync", "observe"] = "sync"
    interval: Duration = Field(default=timedelta(hours=1), ge=timedelta(minutes=1), le=timedelta(weeks=4))
    interests: bool = True
    opt_in: bool = False
    crm_types: Numbers = ()
    crm_type_order: Numbers = ()
    on_leave: Literal["unsubscribe", "keep"] = "unsubscribe"
    blank: bool = False
    reconcile: Duration = Field(default=timedelta(days=1), ge=timedelta(hours=1), le=timedelta(weeks=52))


class Interests(Section):
    """[interests]. `as_field` is "" where they are sent as interests."""

    create: bool = False
    as_field: Text = ""
    calls_per_run: int = Field(default=300, ge=0)


class OptIn(Section):
    """[opt_in]. `values` are further columns of a relation that is created."""

    values: Constants = Field(default_factory=dict)


class Clicks(Section):
    """[clicks]."""

    window: Duration = Field(default=timedelta(days=14), ge=timedelta(days=1), le=timedelta(weeks=52))
    scanners: Literal["mark", "skip", "keep"] = "mark"


class Bounces(Section):
    """[bounces]. Without `notify` nobody is told by a mail of its own."""

    notify: Email | None = None
    untick: Literal["never", "hard"] = "never"


class Guard(Section):
    """[guard]. A step is refused strictly above both."""

    percent: float = Field(default=10, ge=0, le=100)
    count: int = Field(default=10, ge=0)


class Summary(Section):
    """[summary]. Empty `to` means the owner of the Flexmail account."""

    to: Annotated[tuple[Email, ...], BeforeValidator(_recipients), Field(strict=False)] = ()
    language: Literal["nl", "fr", "en"] = "nl"
    when: Literal["daily", "changes", "always", "problems"] = "daily"
    include: Annotated[tuple[Part, ...], Field(strict=False)] = PARTS


class Smtp(Section):
    """[smtp]."""

    host: Name = Field(description="the mail server's name")
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: Text = ""
    password: Secret | None = None
    sender: Email = Field(description="the address that flexsync's mails come from")


class Log(Section):
    """[log]."""

    file: Name = "flexsync.log"
    format: Literal["text", "json"] = "text"


class Legacy(Section):
    """[legacy]."""

    ignore: bool = False


class Monitor(Section):
    """[monitor]. `ping` is "" for none."""

    ping: OptionalWebAddress = ""


class Configuration(Section):
    """The whole file. `folder` is where it lies, and what every relative path in it is relative to."""

    state: State = State()
    admin: Admin
    fields: dict[Name, Column] = Field(default_factory=dict)
    languages: dict[Name, LanguageCode] = Field(default={"N": "nl", "F": "fr"})
    flexmail: Flexmail
    sync: Sync = Sync()
    interests: Interests = Interests()
    opt_in: OptIn = OptIn()
    clicks: Clicks = Clicks()
    bounces: Bounces = Bounces()
    guard: Guard = Guard()
    summary: Summary = Summary()
    smtp: Smtp | None = None
    log: Log = Log()
    legacy: Legacy = Legacy()
    monitor: Monitor = Monitor()

    _path: Path = PrivateAttr(default=Path("config.toml"))
    _warnings: tuple[str, ...] = PrivateAttr(default=())

    def read_from(self, path: Path, warnings: tuple[str, ...]) -> Self:
        """The same, knowing where it was read and what was noticed."""
        placed = self.model_copy()
        placed._path, placed._warnings = path.absolute(), warnings
        return placed

    @property
    def path(self) -> Path:
        """The file, absolute."""
        return self._path

    @property
    def folder(self) -> Path:
        """Where the file lies."""
        return self._path.parent

    @property
    def warnings(self) -> tuple[str, ...]:
        """What works but should be mended, a line each."""
        return self._warnings

    @property
    def state_path(self) -> Path:
        """The state's file."""
        return self.folder / self.state.path

    @property
    def log_path(self) -> Path:
        """The log's file."""
        return self.folder / self.log.file

    @property
    def secrets(self) -> Mapping[str, Secret]:
        """The secrets that are configured, by the paths of their keys."""
        named = {
            "admin.password": self.admin.password,
            "flexmail.token": self.flexmail.token,
            "flexmail.soap_token": self.flexmail.soap_token,
            "smtp.password": self.smtp.password if self.smtp else None,
        }
        return {key: secret for key, secret in named.items() if secret is not None}
