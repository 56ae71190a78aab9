"""The tables [admin...]: how to reach the office's database, and the names of its tables and columns."""

import re
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from flexsync_cli.config.secrets import Secret
from flexsync_cli.config.values import Compact, Constants, Name, Section, Text, without_controls, wrong

# "sqlite:///a.db" and "sqlite+pysqlite:///a.db": what stands after the slashes is a path.
SQLITE = re.compile(r"(?P<start>sqlite(?:\+\w+)?://)(?:/(?P<path>[^?]*))?(?P<rest>.*)", re.DOTALL)


class Column(Compact):
    """A column, or with `from`, `key` and `label` a column of codes whose labels stand in another table."""

    TEXT_KEY: ClassVar[str] = "column"
    EXAMPLE: ClassVar[str] = '{ column = "CODE", from = "dbo.CODES", key = "ID", label = "LABEL" }'

    column: Name
    table: Name | None = Field(default=None, alias="from")
    key: Name | None = None
    label: Name | None = None

    @model_validator(mode="after")
    def _whole_or_none(self) -> Self:
        if len({part is None for part in (self.table, self.key, self.label)}) > 1:
            raise wrong('"from", "key" and "label" go together: give all three or none')
        return self


class Relations(Section):
    """The table of relations; `first_name`, `language` and `crm_type` are "" where it has no such column."""

    table: Name = "dbo.CUSTOMER"
    id: Name = "CUSTOMER_ID"
    name: Name = "NAME"
    first_name: Text = "FIRSTNAME"
    email: Name = "EMAIL"
    language: Text = "LANGUAGE"
    crm_type: Text = "CRM_TYPE"
    active: Name = "IS_ACTIVE"


class Newsletter(Section):
    """Where the newsletter flag stands."""

    table: Name = "dbo.CUSTOMER_PERMANENT"
    relation_id: Name = "CUSTOMER_ID"
    flag: Name = "NEWSLETTER"


class AdminInterests(Section):
    """Where a relation's interests stand, one a row."""

    table: Name = Field(description="the table with the interests of relations")
    relation_id: Name = Field(description="its column with the relation's id")
    interest: Column = Field(description="its column with the interest")


class Communications(Section):
    """Where communications are written; `values` are its other columns, constant."""

    table: Name = Field(description="the table of communications")
    relation_id: Name = Field(description="its column with the relation's id")
    date: Name = Field(description="its column with the date")
    subject: Name = Field(description="its column with the subject")
    text: Name = Field(description="its column with the text")
    reference: Name | None = None
    values: Constants = Field(default_factory=dict)


def _connection(secret: SecretStr) -> SecretStr:
    text = without_controls(secret.get_secret_value().strip())
    if not text:
        raise wrong("must not be empty")
    sqlite = SQLITE.fullmatch(text)
    if sqlite and sqlite["path"] in {None, "", ":memory:"}:
        raise wrong('must name a file, with three slashes: "sqlite:///admin.db"')
    return SecretStr(text)


class Admin(Section):
    """[admin]. The connection may hold a password, so it is kept like one."""

    connection: Annotated[SecretStr, AfterValidator(_connection)] = Field(
        description='an ODBC connection string, or an SQLAlchemy address such as "sqlite:///admin.db"'
    )
    password: Secret | None = None
    relations: Relations = Relations()
    newsletter: Newsletter = Newsletter()
    interests: AdminInterests | None = None
    communications: Communications | None = None
