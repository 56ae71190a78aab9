from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.adapters.mail.message import compose
from flexsync_cli.ports import Envelope, Letter

ENVELOPE = Envelope(
    "flexsync@example.be", ("els@example.be", "jef@example.be"), datetime(2026, 1, 2, 6, 5, tzinfo=UTC), "summary.1@example.be"
)


def parsed(letter: Letter, envelope: Envelope = ENVELOPE) -> EmailMessage:
    return message_from_bytes(compose(letter, envelope), policy=default)


def body(message: EmailMessage, form: str) -> str:
    part = message.get_body((form,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_mail_has_both_forms_and_the_headers_of_a_machine() -> None:
    message = parsed(Letter("Één zaak", "<p>é €</p>\n", "é €\n"))
    assert message["Subject"] == "Één zaak"
    assert message["From"] == "flexsync <flexsync@example.be>"
    assert message["To"] == "els@example.be, jef@example.be"
    assert message["Date"] == "Fri, 02 Jan 2026 07:05:00 +0100"
    assert message["Message-ID"] == "<summary.1@example.be>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert body(message, "plain") == "é €\n"
    assert body(message, "html") == "<p>é €</p>\n"


def test_it_is_ascii_in_short_lines_whatever_it_says() -> None:
    raw = compose(Letter("é" * 150, "é" * 5000, "€" * 5000), ENVELOPE)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@given(st.text(max_size=300))
def test_no_subject_makes_a_header(subject: str) -> None:
    message = parsed(Letter(f"x{subject}", "h", "t"))
    assert set(message.keys()) == {
        *("Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version"),
        "Content-Type",
    }


@pytest.mark.parametrize("address", ["a@example.be\r\nBcc: b@example.be", "a@example.be\n"])
def test_an_address_that_would_make_a_header_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        compose(Letter("s", "h", "t"), Envelope("f@example.be", (address,), ENVELOPE.at, "i@example.be"))
