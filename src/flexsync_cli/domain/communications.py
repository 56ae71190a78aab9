"""A communication about clicks, in the words of the office's language. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from flexsync_cli.domain.clicks import MORE, Entry, MatchedClick
from flexsync_cli.domain.months import BRUSSELS
from flexsync_cli.domain.text import one_line

MAX_LINES = 50
MAX_NAME = 100
MAX_URL = 500


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one language. What tells one subject from another comes first: a column may cut off its end."""

    subject: str
    more: str
    intro: str
    scanner: str
    rest: str


WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "nl": Words(
            subject='Flexmail {id}{more}: geklikt in "{name}"',
            more=" (vervolg)",
            intro='Geklikt in "{name}" (Flexmail-campagne {id}) op {day}:',
            scanner="waarschijnlijk een beveiligingsscanner, geen persoon",
            rest="... en nog {count} keer",
        ),
        "fr": Words(
            subject="Flexmail {id}{more} : clic dans « {name} »",
            more=" (suite)",
            intro="Clic dans « {name} » (campagne Flexmail {id}) le {day} :",
            scanner="probablement un logiciel de sécurité, et non une personne",
            rest="... et encore {count} fois",
        ),
        "en": Words(
            subject='Flexmail {id}{more}: clicked in "{name}"',
            more=" (continued)",
            intro='Clicked in "{name}" (Flexmail campaign {id}) on {day}:',
            scanner="probably a security scanner, not a person",
            rest="... and {count} more times",
        ),
    }
)


def reference(entry: Entry, campaign_id: int) -> str:
    """By which it is found again, whatever became of our state."""
    return f"flexsync-{campaign_id}-{entry.relation_id}-{entry.part}-{entry.number}"


def subject(entry: Entry, campaign_id: int, name: str, language: str) -> str:
    """The subject: one for each campaign, and for the two communications of a day."""
    words = WORDS[language]
    more = words.more if entry.number == MORE else ""
    return words.subject.format(id=campaign_id, more=more, name=one_line(name, MAX_NAME))


def text(entry: Entry, campaign_id: int, name: str, language: str) -> str:
    """The links and when they were opened, one a line."""
    words = WORDS[language]
    intro = words.intro.format(id=campaign_id, name=one_line(name, MAX_NAME), day=f"{entry.part.day:%d/%m/%Y}")
    lines = [_line(click, words) for click in entry.clicks[:MAX_LINES]]
    return "\n".join([intro, *lines, *_rest(entry.clicks, words)])


def _line(click: MatchedClick, words: Words) -> str:
    line = f"{click.at.astimezone(BRUSSELS):%H:%M} {one_line(click.url, MAX_URL)}"
    return f"{line} ({words.scanner})" if click.scanner else line


def _rest(clicks: Sequence[MatchedClick], words: Words) -> list[str]:
    left = len(clicks) - MAX_LINES
    return [words.rest.format(count=left)] if left > 0 else []
