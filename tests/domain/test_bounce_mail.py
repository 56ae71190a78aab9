from datetime import UTC, datetime

import pytest

from flexsync_cli.domain.bounce_mail import REASONS, BouncedPerson, BounceKind, bounce_news, reason_key

SINCE = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("5.1.1", "unknown_mailbox"),
        ("5.1.2", "unknown_domain"),
        ("4.2.2", "full"),
        ("5.1.9", "bad_address"),
        ("5.7.26", "refused"),
        ("4.4.7", "unreachable"),
        (" 550 ", "refused_550"),
        ("", "unknown"),
        ("5.9.9", "unknown"),
        ("999", "unknown"),
        ("5.1.1.1", "unknown"),
    ],
)
def test_a_code_has_a_reason_in_words(code: str, reason: str) -> None:
    assert reason_key(code) == reason
    assert reason in REASONS


def person(kind: BounceKind, name: str) -> BouncedPerson:
    return BouncedPerson("1", name, f"{name}@example.be", "", kind, "unknown", "", SINCE)


def test_those_whom_somebody_must_mend_come_first() -> None:
    news = bounce_news([person("soft", "a"), person("unknown", "b"), person("hard", "d"), person("hard", "C")])
    assert [each.name for each in news.people] == ["C", "d", "b", "a"]
    assert (news.count("hard"), news.count("soft"), news.count("unknown")) == (2, 1, 1)
