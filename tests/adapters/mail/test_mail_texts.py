"""The words of the mails: complete and alike in every language."""

import ast
import string
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

import flexsync_cli
from flexsync_cli.adapters.mail.texts import LANGUAGES, Texts, words
from flexsync_cli.domain.bounce_mail import REASONS
from flexsync_cli.domain.digest import BEGINS_NOW, COVERED
from flexsync_cli.domain.document import STEP_KEYS
from flexsync_cli.domain.model import OutKind
from flexsync_cli.domain.news import STANDING
from flexsync_cli.domain.plan import Change, RefusalKind, Verdict
from flexsync_cli.domain.push import DOUBTED
from flexsync_cli.domain.summary import PART_COUNTS, Mood
from flexsync_cli.services import optouts, profiles, push_todos

SOURCE = Path(flexsync_cli.__file__).parent


def leaves(nested: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in nested.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{above}{key}.")
        elif isinstance(value, str):
            yield above + key, value


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_every_language_has_the_same_keys_and_placeholders(language: str) -> None:
    english, other = dict(leaves(words("en"))), dict(leaves(words(language)))
    assert set(other) == set(english)
    assert {key: placeholders(text) for key, text in other.items()} == {
        key: placeholders(text) for key, text in english.items()
    }
    assert len(words(language)["months"]) == 12


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_nothing_was_left_in_english(language: str) -> None:
    english, other = dict(leaves(words("en"))), dict(leaves(words(language)))
    long = {key for key, text in english.items() if len(text.split()) > 2 and not text.startswith("{")}
    assert {key for key in long if other[key] == english[key]} == set()


@cache
def calls() -> Mapping[str, list[ast.Call]]:
    """Every call in the decisions and the services, by the name of what is called."""
    found: dict[str, list[ast.Call]] = {}
    for path in (*SOURCE.glob("domain/*.py"), *SOURCE.glob("services/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                found.setdefault(name, []).append(node)
    return found


def literals(name: str, position: int) -> set[str]:
    found = (call.args[position] for call in calls()[name] if len(call.args) > position)
    return {node.value for node in found if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def todo_kinds() -> set[str]:
    return {*push_todos.KINDS, *optouts.TODOS, profiles.REFUSED}


def note_kinds() -> set[str]:
    written = literals("Note", 1) | literals("settle", 2)
    return (written | STANDING | COVERED | {"profile_conflict", "profile_unmapped"}) - {"parked"}


def problems() -> set[str]:
    return {f"parked_{problem}" for problem in {*literals("_park", 1), "blacklisted", DOUBTED}}


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_can_be_told_has_its_words(language: str) -> None:
    texts = Texts(language)
    assert len(note_kinds()) > 15
    assert "parked_invalid" in problems()
    wanted = [
        *(f"todo.{kind}.title" for kind in todo_kinds()),
        *(f"finding.{kind}.title" for kind in (note_kinds() - {BEGINS_NOW}) | problems()),
        *(f"begins.{part}" for part in ("title", "text")),
        *(f"approval.{kind}" for kind in RefusalKind),
        *(f"change.{kind.__name__.lower()}" for kind in get_args(Change)),
        *(f"change.{kind}" for kind in literals("Guarded", 0)),
        *(f"verdict.{verdict}" for verdict in Verdict),
        *(f"count.{count}" for counts in PART_COUNTS.values() for count in counts),
        *(f"section.{part}" for part in PART_COUNTS),
        *(f"step.{step}" for step in STEP_KEYS),
        *(f"out.{kind}" for kind in OutKind),
        *(f"reason.{reason}" for reason in REASONS),
        *(f"{part}.{mood}" for mood in Mood for part in ("headline", "lead", "subject")),
    ]
    assert [path for path in wanted if not texts.has(path)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_kind_gets_the_general_words(language: str) -> None:
    texts = Texts(language)
    for section in ("todo", "finding"):
        assert texts.known(section, "never_heard_of") == f"{section}.other"
        assert "never_heard_of" in texts.say(f"{section}.other.title", kind="never_heard_of")
        assert texts.detail(section, "never_heard_of", {"any": "thing"}) == ""


def test_numbers_are_written_as_people_write_them() -> None:
    assert [Texts(language).number(1234567) for language in LANGUAGES] == ["1.234.567", "1\u202f234\u202f567", "1,234,567"]


def test_one_and_none_take_the_form_of_their_language() -> None:
    assert [Texts("nl").say("change.takeinterest", n) for n in (0, 1, 2)] == [
        "0 interesses weg te nemen",
        "1 interesse weg te nemen",
        "2 interesses weg te nemen",
    ]
    assert [Texts("fr").say("change.takeinterest", n) for n in (0, 1, 2)] == [
        "0 intérêt à retirer",
        "1 intérêt à retirer",
        "2 intérêts à retirer",
    ]


def test_what_comes_from_outside_is_no_template_and_one_line() -> None:
    assert Texts("en").say("field.custom", field="{n} {0}\nBcc: x") == "field {n} {0} Bcc: x"


def test_what_a_text_lacks_is_left_unsaid() -> None:
    assert Texts("en").detail("todo", "moved_after_untick", {}) == ""
    assert Texts("en").detail("todo", "out_ticked", {"since": "no moment", "kind": "person"}) == ""


@pytest.mark.parametrize(
    ("field", "shown"),
    [("email", "e-mailadres"), ("field:Omzet", "maatwerkveld Omzet"), ("", "niet gezegd welk"), ("a.b", "maatwerkveld a.b")],
)
def test_a_field_is_called_as_people_call_it(field: str, shown: str) -> None:
    assert Texts("nl").field(field) == shown
