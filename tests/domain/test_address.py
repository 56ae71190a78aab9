"""Address keys: literal examples of what offices type, and the rules behind them."""

import time

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from flexsync_cli.domain.address import MAX_FIELD, MAX_LENGTH, AddressField, address_key, contact_key, parse_field

ONE = [
    ("jan@kantoor.be", "jan@kantoor.be"),
    ("  Jan.Peeters@Kantoor.BE\t\r\n", "jan.peeters@kantoor.be"),
    ("JAN@KANTOOR.BE" + " " * 200, "jan@kantoor.be"),
    ("jan@kantoor.be\x00\x00\x00", "jan@kantoor.be"),
    ("\ufeffjan@kantoor.be\u200b", "jan@kantoor.be"),
    ("\u202ajan@kantoor.be\u202c", "jan@kantoor.be"),
    ("info@café.be", "info@xn--caf-dma.be"),
    ("info@CAFE\u0301.be", "info@xn--caf-dma.be"),
    ("info@XN--CAF-DMA.be", "info@xn--caf-dma.be"),
    ("jan+nieuws@kantoor.be", "jan+nieuws@kantoor.be"),
    ("o'neil@kantoor.be", "o'neil@kantoor.be"),
    ("sales/marketing@kantoor.be", "sales/marketing@kantoor.be"),
    ("Jan Peeters <jan@kantoor.be>", "jan@kantoor.be"),
    ('"Peeters, Jan" <jan@kantoor.be>', "jan@kantoor.be"),
    ("jan@kantoor.be <jan@kantoor.be>", "jan@kantoor.be"),
    ("mailto:jan@kantoor.be", "jan@kantoor.be"),
    ("MAILTO:jan@kantoor.be?subject=Nieuwsbrief", "jan@kantoor.be"),
    ("jan@kantoor.be#mailto:jan@kantoor.be#", "jan@kantoor.be"),
    ("E-mail: jan@kantoor.be", "jan@kantoor.be"),
    ("email jan@kantoor.be", "jan@kantoor.be"),
    ("jan@kantoor.be (Jan jan@kantoor.be)", "jan@kantoor.be"),
    ("0475 12 34 56 / jan@kantoor.be", "jan@kantoor.be"),
    ("jan@kantoor.be (privé)", "jan@kantoor.be"),
    ("jan@kantoor.be.", "jan@kantoor.be"),
    ("'jan@kantoor.be'", "jan@kantoor.be"),
    ("jan@kantoor.be;", "jan@kantoor.be"),
]

SEVERAL = [
    ("jan@kantoor.be; an@kantoor.be", "jan@kantoor.be"),
    ("jan@kantoor.be,an@kantoor.be", "jan@kantoor.be"),
    ("jan@kantoor.be/an@kantoor.be", "jan@kantoor.be"),
    ("jan@kantoor.be | an@kantoor.be", "jan@kantoor.be"),
    ("jan@kantoor.be an@kantoor.be", "jan@kantoor.be"),
    ("jan@kantoor.be\r\nan@kantoor.be", "jan@kantoor.be"),
    ("jan@kantoor.be en an@kantoor.be", "jan@kantoor.be"),
    ("jan@kantoor.be et an@kantoor.be", "jan@kantoor.be"),
    ("Jan <jan@kantoor.be>, An <an@kantoor.be>", "jan@kantoor.be"),
    ("jan@kantoor en an@kantoor.be", "an@kantoor.be"),
    ("jan@@kantoor.be; an@kantoor.be", "an@kantoor.be"),
    ("jan@kantoor.be; an@", "jan@kantoor.be"),
    ("jan peeters@kantoor.be; an@kantoor.be", "an@kantoor.be"),
]

INVALID = [
    "geen",
    "jan",
    "jan@",
    "@kantoor.be",
    "jan@kantoor",
    "jan@@kantoor.be",
    "jan @ kantoor.be",
    "jan@kantoor,be",
    "jan..peeters@kantoor.be",
    "andré@kantoor.be",
    "jan@kantoor.local",
    "jan@[127.0.0.1]",
    '"jan peeters"@kantoor.be',
    "ja\u200bn@kantoor.be",
    "jan@kantoor.com\u202e.be",
    "jan@kan\x00toor.be",
    "\ud800@kantoor.be",
    "jan@\udfff.be",
    "jan\uff20kantoor.be",
    "jan@" + "k" * 64 + ".be",
]

# The end of such an address is a valid one, of somebody else.
TORN = ["jan peeters@kantoor.be", "jan;peeters@kantoor.be", "jan,peeters@kantoor.be", "jan\npeeters@kantoor.be"]


@pytest.mark.parametrize(("text", "key"), ONE)
def test_one_address_is_found_in_any_spelling(text: str, key: str) -> None:
    assert parse_field(text) == AddressField(key)


@pytest.mark.parametrize(("text", "key"), SEVERAL)
def test_of_several_the_first_valid_one_is_taken_and_told(text: str, key: str) -> None:
    assert parse_field(text) == AddressField(key, several=True)


@pytest.mark.parametrize("text", ["", " ", "\t\r\n", "\x00", "\u200b", "\u00a0 \u200f"])
def test_nothing_visible_is_empty(text: str) -> None:
    assert parse_field(text) == AddressField(None, problem="empty")


@pytest.mark.parametrize("text", INVALID)
def test_what_is_no_address_is_invalid(text: str) -> None:
    assert parse_field(text) == AddressField(None, problem="invalid")


@pytest.mark.parametrize("text", TORN)
def test_the_end_of_a_torn_address_is_nobody(text: str) -> None:
    assert parse_field(text) == AddressField(None, problem="invalid")


def test_flexmails_limit_counts_what_is_sent() -> None:
    fits = "j" * (MAX_LENGTH - len("@kantoor.be")) + "@kantoor.be"
    assert address_key(fits) == fits
    assert address_key(fits.upper()) == fits
    assert address_key("j" + fits) is None
    assert address_key("j" * 189 + "@kantoré.be") is None


@pytest.mark.parametrize(("length", "sendable"), [(MAX_LENGTH, True), (MAX_LENGTH + 1, False)])
def test_the_limit_is_that_of_the_domain_as_it_is_sent(length: int, sendable: bool) -> None:
    sent = "@xn--kantr-mua.be"
    key = address_key("j" * (length - len(sent)) + "@kantör.be")
    assert key == ("j" * (length - len(sent)) + sent if sendable else None)


@pytest.mark.parametrize(
    "text",
    [
        "a@" * 5_000_000,
        "a" * 10_000_000,
        " " * 10_000_000,
        "(" * 10_000_000,
        "jan@kantoor.be;" * 700_000,
        "jan peeters@kantoor.be " * 400_000,
        "\u0301" * 5_000_000,
        "\ud800@" * 5_000_000,
        ".a" * 5_000_000 + "@kantoor.be",
    ],
    ids=range(9),
)
def test_ten_megabytes_cost_next_to_nothing(text: str) -> None:
    started = time.process_time()
    parse_field(text)
    assert time.process_time() - started < 0.5


def test_an_address_cut_off_by_the_cap_is_not_taken() -> None:
    assert address_key("x " * 993 + "<jan@kantoor.com.example.be>") is None


def test_a_whole_office_is_read_in_no_time() -> None:
    started = time.process_time()
    keys = {address_key(f"Jan.Peeters{number}@kantoor{number}.be ") for number in range(10_000)}
    assert len(keys) == 10_000
    assert time.process_time() - started < 0.5


LOCAL_PARTS = st.text("abz09.-_+'/", min_size=1, max_size=8)
DOMAINS = st.builds(
    "{}.{}".format,
    st.text("abz09.-", min_size=1, max_size=8) | st.just("a" * 64) | st.just("xn--caf-dma"),
    st.sampled_from(["be", "com", "b", "b1", "x-y", "xn--p1ai", "local", "test", "arpa", "vlaanderen", "k" * 64]),
)


@given(st.builds("{}@{}".format, LOCAL_PARTS, DOMAINS))
@example("a@a.local")
@example("a@a--b.be")
@example("a@ab--c.be")
def test_what_the_library_says_of_one_address_holds(text: str) -> None:
    text = text.lower().strip(".'")
    try:
        expected = validate_email(text, check_deliverability=False, allow_smtputf8=False).ascii_email
    except EmailNotValidError:
        expected = None
    if expected is not None and len(expected) <= MAX_LENGTH:
        assert parse_field(text) == AddressField(expected)
    else:
        assert address_key(text) != text


PIECES = st.sampled_from(
    ["jan@kantoor.be", "An@KANTOOR.be", "andré@x.be", "piet", "@", ";", ",", " ", "/", "<", ">", "en", "\n"]
)


@given(st.text() | st.lists(PIECES | st.characters(), max_size=12).map("".join))
def test_any_text_gives_a_key_that_is_its_own_key_or_none(text: str) -> None:
    found = parse_field(text)
    assert (found.key is None) == (found.problem != "")
    if found.key is not None:
        assert found.key.isascii()
        assert found.key == found.key.strip().lower()
        assert len(found.key) <= MAX_LENGTH
        assert parse_field(found.key) == AddressField(found.key)


@pytest.mark.parametrize(
    ("shown", "key"),
    [
        (" \u200bJan@M\u00fcnchen.de\u200b ", "jan@xn--mnchen-3ya.de"),
        ("\u200b GEEN adres\u200b", "geen adres"),
    ],
)
def test_what_flexmail_shows_is_keyed_whatever_surrounds_it(shown: str, key: str) -> None:
    assert contact_key(shown) == key


@pytest.mark.parametrize(
    ("field", "key"),
    [
        (";jan@kantoor.be", "jan@kantoor.be"),
        ("jan@ an@kantoor.be", "an@kantoor.be"),
        (f"a--{'b' * 61}@{'x' * 63}.{'y' * 63}.abcd.be", f"a--{'b' * 61}@{'x' * 63}.{'y' * 63}.abcd.be"),
        (f"a--{'b' * 61}@{'x' * 63}.{'y' * 63}.abcde.be", None),
        ("Jan <\u200bjan@kantoor.be\u200b>", "jan@kantoor.be"),
        ("<Xavier@kantoor.beX>", "xavier@kantoor.bex"),
        ("<'jan@kantoor.be.'>", "jan@kantoor.be"),
        ("(" * (MAX_FIELD - 14) + "jan@kantoor.be", "jan@kantoor.be"),
        ("(" * (MAX_FIELD - 14) + "jan@kantoor.besturen", None),
    ],
)
def test_an_address_is_found_whole_or_not_at_all(field: str, key: str | None) -> None:
    assert parse_field(field).key == key


@given(st.builds("{}@{}".format, LOCAL_PARTS, DOMAINS) | st.text() | st.lists(PIECES, max_size=4).map("".join))
def test_an_address_that_is_read_at_a_glance_is_read_as_any_other(text: str) -> None:
    assert parse_field(text) == parse_field(f" {text}\n")
    assert address_key(text) == parse_field(f" {text}\n").key
    assert contact_key(text) == contact_key(f" {text}\n")
