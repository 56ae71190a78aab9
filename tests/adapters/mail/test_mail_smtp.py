"""The mailer against a real server."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from flexsync_cli.adapters.mail.message import compose
from flexsync_cli.adapters.mail.smtp import Security, SmtpMailer
from flexsync_cli.errors import Refused, Unavailable
from flexsync_cli.ports import Envelope, Letter
from tests.adapters.mail.server import MailServer

# aiosmtpd thinks of the internet: here it listens on loopback.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
SECRET = "hunter2-geheim"
ALL = ("els@example.be", "jef@example.be")


def mail(*to: str, sender: str = "flexsync@example.be") -> bytes:
    return compose(
        Letter("Één", "<p>é</p>", "é"), Envelope(sender, to or ALL, datetime(2026, 1, 2, tzinfo=UTC), "1@example.be")
    )


@contextmanager
def serving(security: str = "none", login: tuple[str, str] | None = None) -> Iterator[MailServer]:
    server = MailServer(security, login)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def mailer(server: MailServer, security: Security = "none", **keys: str) -> SmtpMailer:
    return SmtpMailer("127.0.0.1", server.port, security, context=server.context, timeout=5, **keys)


def failure(mailer: SmtpMailer, message: bytes | None = None) -> str:
    with pytest.raises(Unavailable) as caught:
        mailer.send(message or mail())
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    text = str(caught.value)
    assert SECRET not in text
    assert "example.be" not in text
    return text


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_a_mail_arrives_as_it_was_written(security: Security) -> None:
    with serving(security, ("flexsync", SECRET)) as server:
        mailer(server, security, username="flexsync", password=SECRET).send(mail())
        [taken] = server.taken
    assert taken.mail_from == "flexsync@example.be"
    assert taken.rcpt_tos == list(ALL)
    assert taken.content == mail_like(taken.content)


def mail_like(content: object) -> bytes:
    """The mail again, with the boundary that this one drew."""
    assert isinstance(content, bytes)
    boundary = content.partition(b'boundary="')[2].partition(b'"')[0]
    again = mail()
    return again.replace(again.partition(b'boundary="')[2].partition(b'"')[0], boundary)


def test_a_wrong_password_is_told_without_it() -> None:
    with serving("starttls", ("flexsync", "another")) as server:
        text = failure(mailer(server, "starttls", username="flexsync", password=SECRET))
    assert text.endswith("refused the login (535): see smtp.username and smtp.password")


def test_a_password_that_smtp_can_not_carry_is_told_without_it() -> None:
    with serving("none", ("flexsync", "another")) as server:
        text = failure(mailer(server, username="flexsync", password=f"{SECRET}é"))
    assert "smtp.password" in text


def test_a_login_that_is_asked_for_and_not_given() -> None:
    with serving("none", ("flexsync", SECRET)) as server:
        assert "530" in failure(mailer(server))
        assert server.taken == []


def test_a_certificate_that_nobody_vouches_for_is_not_trusted() -> None:
    with serving("starttls") as server:
        stranger = SmtpMailer("127.0.0.1", server.port, "starttls", context=ssl.create_default_context(), timeout=5)
        assert "certificate that is not trusted" in failure(stranger)
        assert server.taken == []


def test_a_server_without_starttls_gets_no_mail_in_clear() -> None:
    with serving("none") as server:
        assert "smtp.security" in failure(mailer(server, "starttls"))
        assert server.taken == []


def test_tls_on_a_port_that_speaks_none() -> None:
    with serving("none") as server:
        assert "smtp.security" in failure(mailer(server, "tls"))


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = failure(SmtpMailer("127.0.0.1", port))
    assert text == f"the mail server 127.0.0.1:{port} can't be reached: see smtp.host, smtp.port and smtp.security"


def test_a_name_that_does_not_exist() -> None:
    assert "smtp.host" in failure(SmtpMailer("no-such-host.invalid"))


def test_silence_ends() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert "no answer within 0.1 s" in failure(SmtpMailer("127.0.0.1", silent.getsockname()[1], "none", timeout=0.1))


def test_a_line_that_breaks_before_the_mail_was_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_greet_and_go, args=(listening,))
        thread.start()
        assert "mail server" in failure(SmtpMailer("127.0.0.1", listening.getsockname()[1], "none", timeout=5))
        thread.join()


def _greet_and_go(listening: socket.socket) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.sendall(b"220 hello\r\n")
        connection.recv(100)
        connection.sendall(b"250 go on\r\n")
        connection.recv(100)


@pytest.mark.parametrize("reply", ["550 no such mailbox", "554 spam"])
def test_a_mail_that_is_refused_for_itself_is_an_items_refusal(reply: str) -> None:
    with serving() as server:
        server.rules.data = reply
        with pytest.raises(Refused) as caught:
            mailer(server).send(mail())
    assert caught.value.status == int(reply[:3])
    assert "example.be" not in str(caught.value)


def test_everybody_refused_is_an_items_refusal_and_later_is_the_servers() -> None:
    with serving() as server:
        server.rules.recipients = {"els@example.be": "550 unknown"}
        with pytest.raises(Refused):
            mailer(server).send(mail("els@example.be"))
        server.rules.recipients = {"els@example.be": "450 greylisted"}
        assert "takes no mail now (450)" in failure(mailer(server), mail("els@example.be"))


def test_one_of_two_refused_is_a_mail_that_was_sent(caplog: pytest.LogCaptureFixture) -> None:
    with serving() as server:
        server.rules.recipients = {"els@example.be": "550 unknown"}
        mailer(server).send(mail())
        assert [taken.rcpt_tos for taken in server.taken] == [["jef@example.be"]]
    assert [record.getMessage() for record in caplog.records if "mail" in record.name] == ["mail.recipients_refused"]
    assert "example.be" not in caplog.text


def test_a_sender_that_is_refused_holds_for_every_mail() -> None:
    with serving() as server:
        server.rules.sender = "550 not yours"
        assert failure(mailer(server)).endswith("refused the sender (550): see smtp.sender, and smtp.username")


def test_no_password_shows_in_the_mailer_itself() -> None:
    assert SECRET not in repr(SmtpMailer("smtp.example.be", username="flexsync", password=SECRET))
