"""An office whose Admin has other names, forms and tables than the examples, and flexsync as a process of its own."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.acceptance.fake import ACCOUNT_ID, TOKEN, Flexmail

# Text ids and padded text, a newsletter column among the others, a view, codes with labels, a field elsewhere.
SCHEMA = """
CREATE TABLE "Klant gegevens" (Nr CHAR(8) PRIMARY KEY, Naam CHAR(60), Mail VARCHAR(120), Taal CHAR(3), Soort INTEGER,
    Actief CHAR(1), Nieuwsbrief CHAR(1), Pakket INTEGER);
CREATE VIEW Relaties AS SELECT Nr, Naam, Mail, Taal, Soort, Actief, Nieuwsbrief, Pakket FROM "Klant gegevens";
CREATE TABLE Pakketten (Code INTEGER PRIMARY KEY, Omschrijving CHAR(30));
INSERT INTO Pakketten VALUES (1, 'Boekhouding   ');
"""

CONFIGURATION = """
[admin]
connection = "sqlite:///kantoor.db"
[admin.relations]
table = "Relaties"
id = "Nr"
name = "Naam"
first_name = ""
email = "Mail"
language = "Taal"
crm_type = "Soort"
active = "Actief"
[admin.newsletter]
table = "Klant gegevens"
relation_id = "Nr"
flag = "Nieuwsbrief"
[fields]
Software = {{ column = "Pakket", from = "Pakketten", key = "Code", label = "Omschrijving" }}
[languages]
NED = "nl"
[flexmail]
account_id = "D-{account_id}"
token = {{ env = "TOKEN_OF_OFFICE" }}
source = "Admin"
calls_per_minute = 100000
rest_url = "{url}/"
"""


@dataclass(frozen=True)
class Result:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """Of `--json`."""
        found: dict[str, Any] = json.loads(self.out)
        return found

    def counts(self, name: str = "push") -> dict[str, int]:
        """Of one step, those that are not 0."""
        step = next(step for step in self.document["steps"] if step["name"] == name)
        return {key: count for key, count in step["counts"].items() if count}


def environment() -> dict[str, str]:
    """That of a process; the token is there and not in the configuration."""
    return {**os.environ, "TOKEN_OF_OFFICE": TOKEN}


class Office:
    """A folder with Admin, configuration and state."""

    def __init__(self, folder: Path, flexmail: Flexmail) -> None:
        self.folder = folder
        self.flexmail = flexmail
        self.configure(CONFIGURATION.format(account_id=ACCOUNT_ID, url=flexmail.url))
        with closing(sqlite3.connect(folder / "kantoor.db")) as connection:
            connection.executescript(SCHEMA)

    def configure(self, text: str) -> None:
        """Write the configuration."""
        (self.folder / "config.toml").write_text(text, "utf-8")

    def sql(self, statement: str, *values: object) -> list[Any]:
        """Work in Admin."""
        with closing(sqlite3.connect(self.folder / "kantoor.db")) as connection, connection:
            return connection.execute(statement, values).fetchall()

    def enter(
        self, number: str, mail: str | None, *, ticked: str | None = "J", active: str = "J", language: str = "NED"
    ) -> None:
        """A relation, its text padded as old databases pad it."""
        values = (number.ljust(8), f"Naam {number}".ljust(60), mail and mail.ljust(40), language, 3, active, ticked, 1)
        self.sql('INSERT INTO "Klant gegevens" VALUES (?, ?, ?, ?, ?, ?, ?, ?)', *values)

    def enter_many(self, count: int) -> None:
        """Each with an address of its own."""
        for number in range(1, count + 1):
            self.enter(f"R{number:03}", f"r{number}@example.be")

    def set(self, number: str, column: str, value: object) -> None:
        """Change a column of a relation."""
        self.sql(f'UPDATE "Klant gegevens" SET {column} = ? WHERE Nr = ?', value, number.ljust(8))

    def flexsync(self, *arguments: str, **variables: str) -> Result:
        """Run it in the folder, as the scheduler does, with these environment variables."""
        done = subprocess.run(
            [sys.executable, "-m", "flexsync_cli", *arguments],
            cwd=self.folder,
            capture_output=True,
            check=False,
            encoding="utf-8",
            env=environment() | variables,
            timeout=60,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def push(self, *arguments: str) -> Result:
        """`push --json`, with no call remembered from before."""
        self.flexmail.calls.clear()
        return self.flexsync("push", "--json", *arguments)
