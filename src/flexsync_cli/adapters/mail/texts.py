"""The words of the mails, one file a language: looked up by path, filled in, with numbers and days as people write them."""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from flexsync_cli.domain.model import FIELD
from flexsync_cli.domain.months import BRUSSELS
from flexsync_cli.domain.text import one_line

LANGUAGES = ("nl", "fr", "en")
OTHER = "other"
MAX_VALUE = 120


class Texts:
    """One language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._words = words(language)

    def has(self, path: str) -> bool:
        """Whether there is such a text."""
        return self._find(path) is not None

    def say(self, path: str, n: int | None = None, /, **data: object) -> str:
        """The text at "section.key", in the form for `n` of them; what comes from outside becomes one line."""
        found = self._find(path)
        if isinstance(found, Mapping):
            found = found["one" if self._is_one(n) else "other"]
        if not isinstance(found, str):
            raise KeyError(path)
        shown = {key: self._shown(value) for key, value in data.items()}
        return found.format_map({**shown, "n": "" if n is None else self.number(n)})

    def known(self, section: str, kind: str) -> str:
        """The path of a kind's text; of a kind that has none, of the section's general one."""
        return f"{section}.{kind if self.has(f'{section}.{kind}') else OTHER}"

    def detail(self, section: str, kind: str, data: Mapping[str, str]) -> str:
        """What a list says of one relation; "" where its kind needs nothing said, or what it needs is missing."""
        template = self._find(f"{self.known(section, kind)}.row")
        if not isinstance(template, str):
            return ""
        try:
            return template.format_map({key: self._datum(key, value) for key, value in data.items()})
        except (KeyError, ValueError):
            return ""

    def _datum(self, key: str, value: str) -> str:
        if key == "since":
            return self.day(datetime.fromisoformat(value))
        if key == "field":
            return self.field(value)
        if key == "step":
            return self.step(value)
        if key == "kind" and self.has(f"out.{value}"):
            return self.say(f"out.{value}")
        return one_line(value, MAX_VALUE)

    def field(self, name: str) -> str:
        """A field as people call it."""
        if not name:
            return self.say("field.unknown")
        if "." not in name and self.has(f"field.{name}"):
            return self.say(f"field.{name}")
        return self.say("field.custom", field=name.removeprefix(FIELD))

    def step(self, name: str) -> str:
        """A step as people call it."""
        return self.say(self.known("step", name), step=name)

    def number(self, number: int) -> str:
        """With its thousands apart."""
        return f"{number:,}".replace(",", self.say("thousands"))

    def day(self, moment: datetime) -> str:
        """The day in Brussels."""
        local = moment.astimezone(BRUSSELS)
        return self.say("day", day=local.day, month=self._words["months"][local.month - 1], year=str(local.year))

    def moment(self, moment: datetime) -> str:
        """The day and the time in Brussels."""
        return self.say("moment", date=self.day(moment), time=f"{moment.astimezone(BRUSSELS):%H:%M}")

    def every(self, interval: timedelta) -> str:
        """An interval in whole days, hours or minutes, the largest that it is made of."""
        minutes = interval // timedelta(minutes=1)
        unit, size = next(each for each in (("days", 1440), ("hours", 60), ("minutes", 1)) if minutes % each[1] == 0)
        return self.say(f"every.{unit}", minutes // size)

    def _find(self, path: str) -> object:
        found: Any = self._words
        for key in path.split("."):
            found = found.get(key) if isinstance(found, Mapping) else None
        return found

    def _is_one(self, n: int | None) -> bool:
        return n == 1 or (n == 0 and bool(self._words["singular_zero"]))

    def _shown(self, value: object) -> str:
        return self.number(value) if isinstance(value, int) else one_line(str(value), MAX_VALUE)


@cache
def words(language: str) -> dict[str, Any]:
    """All texts of one language, nested as in its file."""
    if language not in LANGUAGES:
        raise ValueError(f"no texts in this language: {language}")
    return tomllib.loads(files(__package__).joinpath("texts", f"{language}.toml").read_text(encoding="utf-8"))
