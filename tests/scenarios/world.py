"""A whole office for scenarios: a real SQLite Admin, the Flexmail sandbox over real HTTP, and the command line on top."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from flexsync_cli.cli.app import cli
from flexsync_cli.errors import FlexsyncError
from flexsync_cli.sandbox.serve import Sandbox

SCHEMA = """
CREATE TABLE CUSTOMER (CUSTOMER_ID INTEGER PRIMARY KEY, NAME TEXT NOT NULL, FIRSTNAME TEXT, EMAIL TEXT, LANGUAGE TEXT,
    CRM_TYPE INTEGER, IS_ACTIVE INTEGER, ACC_SOFTWARE TEXT, EMPLOYEES INTEGER, SINCE TEXT);
CREATE TABLE CUSTOMER_PERMANENT (CUSTOMER_ID INTEGER, NEWSLETTER INTEGER);
CREATE TABLE CUSTOMER_INTEREST (CUSTOMER_ID INTEGER, INTEREST TEXT);
CREATE TABLE COMMUNICATION (ID INTEGER PRIMARY KEY, CUSTOMER_ID INTEGER, DATE TEXT, SUBJECT TEXT, TEXT TEXT, TYPE TEXT,
    REFERENCE TEXT);
"""


@dataclass(frozen=True)
class Result:
    """What a command left: its exit code and its two streams."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The `--json` document."""
        document: dict[str, Any] = json.loads(self.out)
        return document

    def counts(self, step: str = "push") -> dict[str, int]:
        """The counts of one step."""
        found: dict[str, int] = self.step(step)["counts"]
        return found

    def step(self, name: str) -> dict[str, Any]:
        """One step of the document."""
        return next(step for step in self.document["steps"] if step["name"] == name)


class World:
    """One office in a folder. The office works in Admin by SQL, persons and staff through `flexmail`."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.folder = folder
        self.sandbox = sandbox
        self.flexmail = sandbox.control
        self.settings: dict[str, Any] = {
            "admin": {
                "connection": "sqlite:///admin.db",
                "relations": {"table": "CUSTOMER"},
                "newsletter": {"table": "CUSTOMER_PERMANENT"},
            },
            "flexmail": {
                "account_id": sandbox.account.id,
                "token": sandbox.account.token,
                "source": "Admin",
                "calls_per_minute": 100_000,
                "rest_url": sandbox.url,
                "soap_url": sandbox.soap_url,
            },
        }
        self.engine = create_engine(f"sqlite:///{folder / 'admin.db'}")
        with self.engine.begin() as connection:
            for statement in SCHEMA.split(";")[:-1]:
                connection.execute(text(statement))

    def configure(self, **sections: Mapping[str, Any]) -> None:
        """Set keys: `configure(sync={"blank": True}, **{"admin.interests": {...}})`."""
        for path, values in sections.items():
            target = self.settings
            for part in path.split("."):
                target = target.setdefault(part, {})
            target.update(values)

    def with_soap(self) -> None:
        """Give flexsync the SOAP token."""
        self.configure(flexmail={"soap_token": self.sandbox.account.soap_token})

    def with_interests(self) -> None:
        """Map the interests table."""
        table = {"table": "CUSTOMER_INTEREST", "relation_id": "CUSTOMER_ID", "interest": "INTEREST"}
        self.configure(**{"admin.interests": table})

    def with_communications(self) -> None:
        """Map the communications table."""
        columns = {"relation_id": "CUSTOMER_ID", "date": "DATE", "subject": "SUBJECT", "text": "TEXT", "reference": "REFERENCE"}
        self.configure(**{"admin.communications": {"table": "COMMUNICATION", **columns, "values": {"TYPE": "Flexmail"}}})

    # -- the office, in Admin

    def sql(self, statement: str, **values: object) -> list[Any]:
        """Any statement on Admin."""
        with self.engine.begin() as connection:
            result = connection.execute(text(statement), values)
            return list(result) if result.returns_rows else []

    def sql_many(self, statement: str, rows: Sequence[Mapping[str, object]]) -> None:
        """One statement for many rows."""
        with self.engine.begin() as connection:
            connection.execute(text(statement), [dict(row) for row in rows])

    def relation(
        self,
        number: int,
        email: str | None,
        *,
        name: str = "Peeters",
        ticked: bool | None = True,
        active: int | None = 1,
        **columns: object,
    ) -> None:
        """Enter a relation."""
        row = {"CUSTOMER_ID": number, "NAME": name, "EMAIL": email, "LANGUAGE": "N", "CRM_TYPE": 3, "IS_ACTIVE": active}
        row |= columns
        names = ", ".join(row)
        self.sql(f"INSERT INTO CUSTOMER ({names}) VALUES ({', '.join(':' + key for key in row)})", **row)
        if ticked is not None:
            self.sql("INSERT INTO CUSTOMER_PERMANENT VALUES (:id, :flag)", id=number, flag=int(ticked))

    def relations(self, count: int, first: int = 1) -> None:
        """Enter many, each with an address of its own."""
        for number in range(first, first + count):
            self.relation(number, f"relation{number}@example.be", name=f"Name {number}")

    def edit(self, number: int, **columns: object) -> None:
        """Change columns of a relation."""
        assignments = ", ".join(f"{key} = :{key}" for key in columns)
        self.sql(f"UPDATE CUSTOMER SET {assignments} WHERE CUSTOMER_ID = :id", id=number, **columns)

    def tick(self, number: int, *, ticked: bool = True) -> None:
        """Tick or untick the newsletter."""
        self.sql("UPDATE CUSTOMER_PERMANENT SET NEWSLETTER = :flag WHERE CUSTOMER_ID = :id", id=number, flag=int(ticked))

    def untick(self, number: int) -> None:
        """Untick the newsletter."""
        self.tick(number, ticked=False)

    def remove(self, number: int) -> None:
        """Delete a relation."""
        self.sql("DELETE FROM CUSTOMER WHERE CUSTOMER_ID = :id", id=number)
        self.sql("DELETE FROM CUSTOMER_PERMANENT WHERE CUSTOMER_ID = :id", id=number)

    def interest(self, number: int, *names: str) -> None:
        """Give a relation interests, these and no others."""
        self.sql("DELETE FROM CUSTOMER_INTEREST WHERE CUSTOMER_ID = :id", id=number)
        for name in names:
            self.sql("INSERT INTO CUSTOMER_INTEREST VALUES (:id, :name)", id=number, name=name)

    def is_ticked(self, number: int) -> bool:
        """Whether Admin's newsletter flag is ticked."""
        rows = self.sql("SELECT NEWSLETTER FROM CUSTOMER_PERMANENT WHERE CUSTOMER_ID = :id", id=number)
        return bool(rows) and all(row[0] == 1 for row in rows)

    # -- flexsync

    @property
    def config(self) -> Path:
        """The configuration file, written anew from `settings`."""
        path = self.folder / "config.toml"
        path.write_bytes(tomli_w.dumps(self.settings).encode())
        return path

    def run(self, *arguments: str) -> Result:
        """Run a command in this process."""
        runner = CliRunner()
        result = runner.invoke(cli, ["--config", str(self.config), *arguments], standalone_mode=False)
        if isinstance(result.exception, FlexsyncError):
            return Result(int(result.exception.exit_code), result.stdout, result.stderr + str(result.exception))
        if result.exception is not None:
            raise result.exception
        return Result(int(result.return_value or 0), result.stdout, result.stderr)

    def push(self, *arguments: str) -> Result:
        """`flexsync push --json`."""
        return self.run("push", "--json", *arguments)

    def process(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Result:
        """Run a command as a process of its own, as the scheduler does."""
        done = subprocess.run(
            [sys.executable, "-m", "flexsync_cli", "--config", str(self.config), *arguments],
            capture_output=True,
            check=False,
            encoding="utf-8",
            env={**os.environ, **(environment or {})},
            timeout=60,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    # -- what a test looks at

    def active(self) -> set[str]:
        """The addresses that Flexmail mails."""
        return set(self.flexmail.addresses())

    def writes(self) -> Sequence[object]:
        """The write calls since the last reset."""
        return self.flexmail.writes

    def forget_state(self) -> None:
        """Lose the state."""
        for path in self.folder.glob("state.db*"):
            path.unlink()
