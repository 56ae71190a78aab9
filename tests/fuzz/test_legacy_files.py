"""Whatever stands in a file of the old module's settings, in each form: it is taken, kept as it is, or refused."""

import json
import re
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flexsync_cli.adapters.legacy.read import read_file
from flexsync_cli.bootstrap.legacy import Found, TakeOver, take_over
from flexsync_cli.config.write import problems_of
from flexsync_cli.errors import Misconfigured
from tests.adapters.legacy.test_legacy_read import ENCODINGS, FORMS
from tests.fuzz import EXAMPLES
from tests.fuzz.liar import ODD, ODD_TEXTS

CANARY = "kanarie-4f1c9a"
SECONDS = 15.0  # of which a machine without other work needs one
VALUE = re.compile(r"tok1|tok2|D-12345|12345|SOFTWARE|\b30\b|oui|acc_software")
ODD_VALUES = (
    *(odd for odd in (*ODD, *ODD_TEXTS) if isinstance(odd, str)),
    "9" * 5_000,
    "-1",
    "D-",
    "a;b;;=;->",
    "=SOFTWARE",
    'quote" \\" end',
    "<![CDATA[x]]>",
    "&lol;",
    "%s{x}${y}",
    "Server=a;Password=;;{",
    "http://[",
    "00:00:00",
    "\u202e12345",
    "[section]",
    '"""',
    "'''\n[flexmail]",
)
EVERY_FORM = pytest.mark.parametrize("form", FORMS)
SURROGATES = re.compile("[\ud800-\udfff]")


def taken_over(content: bytes) -> TakeOver | Misconfigured:
    """What comes of a file that holds this."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "old.txt"
        path.write_bytes(content)
        try:
            return take_over(Found(read_file(path)), keyring=False)
        except Misconfigured as error:
            return error


def take(content: bytes) -> str:
    """Everything is taken or left; the text of the file that comes of it, which loads but for what is said to lack."""
    taken = taken_over(content)
    if isinstance(taken, Misconfigured):
        assert CANARY not in str(taken)
        return ""
    lacking = {problem.partition(": ")[0] for problem in problems_of(taken.text, "config.toml")}
    assert lacking <= {*taken.proposal.missing}
    assert len(taken.migration.left) + len(taken.migration.taken) >= 1
    return taken.text


@EVERY_FORM
@settings(max_examples=EXAMPLES)
@given(at=st.integers(0, 10), odd=st.sampled_from(ODD_VALUES), encoding=st.sampled_from(ENCODINGS))
def test_an_odd_value(form: str, at: int, odd: str, encoding: str) -> None:
    """In the place of one of them, whatever it does to what stands around it."""
    text = FORMS[form].replace("{encoding}", encoding)
    places = list(VALUE.finditer(text))
    place = places[at % len(places)]
    spoilt = text[: place.start()] + SURROGATES.sub("?", odd) + text[place.end() :]
    take(spoilt.encode(encoding, "replace"))


@EVERY_FORM
@settings(max_examples=EXAMPLES)
@given(at=st.integers(0, 1_500), length=st.integers(0, 60), junk=st.binary(max_size=20), encoding=st.sampled_from(ENCODINGS))
def test_bytes_that_are_none_of_it(form: str, at: int, length: int, junk: bytes, encoding: str) -> None:
    """Also a file that is cut short, or whose name tells another encoding."""
    content = FORMS[form].encode(encoding)
    take(content[:at] + junk + content[at + length :])


@EVERY_FORM
def test_no_secret_is_in_the_file_that_is_made(form: str) -> None:
    made = take(FORMS[form].replace("{encoding}", "utf-8").replace("tok1", CANARY).encode())
    assert made
    assert CANARY not in made


@settings(max_examples=EXAMPLES)
@given(
    document=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["D-12345", CANARY, "ja", ""]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["Id gebruiker", "token", "naam", "waarde", "Interval", "x", ""]), inner, max_size=4
            )
        ),
        max_leaves=10,
    )
)
def test_any_json(document: object) -> None:
    take(json.dumps({"Id gebruiker": "D-12345", "all": document}).encode())


@settings(max_examples=EXAMPLES)
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
@example(b"<a>" * 50_000)
@example(b"[" * 100_000)
@example(b"\xff\xfe" + b"<\x00" * 99)
@example(b"REGEDIT4\n" + b'"a"=hex(7):' + b"00," * 100_000)
@example(b'Windows Registry Editor\n"a"="' + b"\\" * 100_000)
@example(b"= \n" * 100_000)
@example(b"/*" * 100_000)
@example(b'{"a": "' + b"\\" * 100_000)
@example(b"," * 100_000)
@example(b"{" + b" " * 200_000 + b"," + b" " * 200_000)
def test_what_is_no_file_of_settings(content: bytes) -> None:
    take(content)


@pytest.mark.parametrize(
    ("start", "part"),
    [
        (b"{", b"/* "),
        (b'{"a": ', b'\\"'),
        (b"{", b", "),
        (b"", b"<?xml "),
        (b"<a>", b"<?xml "),
        (b"REGEDIT4\n", b'"a"="\\\n'),
        (b"REGEDIT4\n", b'"\\'),
        (b"REGEDIT4\n", b"[a\n"),
        (b"", b"a\n"),
        (b"[a]\n", b" a\n"),
    ],
    ids=ascii,
)
def test_a_million_bytes_take_no_time(start: bytes, part: bytes) -> None:
    """Nothing is looked for again and again, from each place at which it might begin."""
    began = time.monotonic()
    assert take(start + part * (1_000_000 // len(part))) == ""
    assert time.monotonic() - began < SECONDS


def test_a_field_of_ten_million_characters() -> None:
    for form, text in FORMS.items():
        assert take(text.replace("tok1", "x" * 10_000_000).encode()) == "", form
        assert take(text.replace("{encoding}", "utf-8").replace("tok1", "x" * 4_900_000).encode()), form
