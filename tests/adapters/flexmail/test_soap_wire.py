"""Answers brought into one form, and what is refused instead of being guessed at."""

from contextlib import suppress
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.adapters.flexmail.soap_wire import Unreadable, canonical

HEAD = (
    '<E:Envelope xmlns:E="http://schemas.xmlsoap.org/soap/envelope/" xmlns:C="http://schemas.xmlsoap.org/soap/encoding/" '
    'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:n="urn:n"><E:Body>'
)
TAIL = "</E:Body></E:Envelope>"


def envelope(inner: str, beside: str = "") -> bytes:
    return f"{HEAD}<n:OpResponse><OpResp>{inner}</OpResp></n:OpResponse>{beside}{TAIL}".encode()


def inside(content: bytes) -> str:
    """What stands within the one answer of a canonical envelope."""
    root = ElementTree.fromstring(canonical(content, "Op"))  # noqa: S314 - our own function made it
    [answer] = root.findall("{http://schemas.xmlsoap.org/soap/envelope/}Body/OpResponse/OpResp")
    return (answer.text or "") + "".join(ElementTree.tostring(child, encoding="unicode") for child in answer)


@pytest.mark.parametrize(
    ("inner", "plain"),
    [
        ('<a i:type="n:T">1</a>', "<a>1</a>"),
        ("<n:a>é 🌷</n:a>", "<a>é 🌷</a>"),
        ('<a i:nil="true"/><b i:nil="1"/><c i:nil="false">x</c>', "<c>x</c>"),
        ("<a/>", "<a />"),
        ("<a><![CDATA[x & y]]></a>", "<a>x &amp; y</a>"),
        ("<!-- no --><a>1<?pi no?>2</a>", "<a>12</a>"),
        ('<a C:arrayType="n:T[2]"><x>1</x><y>2</y></a>', "<a><item>1</item><item>2</item></a>"),
        ("<a><x>1</x><y>2</y></a>", "<a><x>1</x><y>2</y></a>"),
        ('<a id="r">1</a><b href="#r"/>', "<a>1</a><b>1</b>"),
        ('<b href="#r"/><a id="r">1</a>', "<b>1</b><a>1</a>"),
        ('<a id="r"><b id="s">1</b></a><c href="#s"/><d href="#r"/>', "<a><b>1</b></a><c>1</c><d><b>1</b></d>"),
        ('<a id="r"><b>1</b></a><c href="#s"/><d id="s" href="#r"/>', "<a><b>1</b></a><c><b>1</b></c><d><b>1</b></d>"),
    ],
)
def test_one_form(inner: str, plain: str) -> None:
    assert inside(envelope(inner)) == plain


def test_what_is_referred_to_may_stand_beside_the_answer() -> None:
    assert inside(envelope('<a href="#r"/>', '<multiRef id="r"><b>1</b></multiRef>')) == "<a><b>1</b></a>"


def test_the_answers_own_name_and_the_envelopes_version_do_not_matter() -> None:
    content = b'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><x><return><a>1</a></return></x></e:Body></e:Envelope>'
    assert inside(content) == "<a>1</a>"


@pytest.mark.parametrize("control", ["\x00", "\x01", "\x0b", "\x1b", "&#1;", "&#x1b;", "&#x0B;", "&#027;"])
def test_control_characters_are_left_out(control: str) -> None:
    assert inside(envelope(f"<a>1{control}2&#9;&#x41;</a>")) == "<a>12\tA</a>"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>Maintenance<br></body></html>",
        b"<html><body>Maintenance</body></html>",
        b'{"error": "no"}',
        envelope("<a>1</a>")[:-20],
        envelope("<a>&undeclared;</a>"),
        envelope('<a href="#nobody"/>'),
        envelope('<a href="https://elsewhere.example/a"/>'),
        f"{HEAD}{TAIL}".encode(),
        f"{HEAD}<n:OpResponse/>{TAIL}".encode(),
        f"{HEAD[:-8]}</E:Envelope>".encode(),
    ],
)
def test_what_is_no_whole_answer_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        canonical(content, "Op")


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE a>",
        '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_no_document_type_whatever_it_is_for(doctype: str) -> None:
    with pytest.raises(Unreadable, match="document type"):
        canonical(doctype.encode() + envelope("<a>&b;</a>" if "ENTITY" in doctype else "<a/>"), "Op")


@pytest.mark.parametrize(
    "inner",
    [
        '<a id="r"><b href="#r"/></a>',
        '<a id="r" href="#r"/>',
        '<a id="r" href="#s"/><b id="s" href="#r"/>',
        "".join(f'<a{n} id="r{n}">{f"""<b href="#r{n + 1}"/>""" * 20}</a{n}>' for n in range(10)) + '<c id="r10">1</c>',
    ],
)
def test_references_without_end(inner: str) -> None:
    with pytest.raises(Unreadable, match="references"):
        canonical(envelope(inner), "Op", max_elements=1_000)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("<faultcode>E:Server</faultcode><faultstring>zoe@example.be</faultstring>", " \\(Server\\)"),
        ("<faultcode>zoe@example.be</faultcode>", ""),
        ("", ""),
    ],
)
def test_a_fault_says_its_code_and_nothing_else(fault: str, code: str) -> None:
    with pytest.raises(Unreadable, match=f"^a SOAP fault{code}$"):
        canonical(f"{HEAD}<E:Fault>{fault}</E:Fault>{TAIL}".encode(), "Op")


@given(st.binary())
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(Unreadable):
        canonical(noise, "Op")


@given(st.integers(0, len(envelope("<a>1</a>")) - 1), st.integers(0, 255))
def test_a_damaged_byte_is_refused_or_read(place: int, byte: int) -> None:
    content = bytearray(envelope("<a>1</a>"))
    content[place] = byte
    with suppress(Unreadable):
        canonical(bytes(content), "Op")
