"""What a mail shows, and that nothing from outside gets more than shown."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.adapters.mail.letters import JinjaLetters
from flexsync_cli.adapters.mail.texts import LANGUAGES
from flexsync_cli.domain.bounce_mail import bounce_news
from flexsync_cli.domain.news import Failing
from flexsync_cli.domain.summary import Group, Row, Summary
from tests.golden import samples
from tests.golden.letters import letters

WRITER = JinjaLetters()
VOID = {"meta", "br"}


class Checker(HTMLParser):
    """Notes the tags, and whether each is closed where it should be."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def checked(html: str) -> Checker:
    checker = Checker()
    checker.feed(html)
    checker.close()
    assert checker.open == []
    return checker


def words(html: str) -> str:
    return " ".join("".join(checked(html).text).split())


@pytest.mark.parametrize(("name", "language", "letter"), [pytest.param(*each, id=f"{each[0]}-{each[1]}") for each in letters()])
def test_the_html_is_whole_and_asks_nothing_of_the_network(name: str, language: str, letter: object) -> None:
    html = letter.html  # type: ignore[attr-defined]  # Letter: pytest hands parameters on untyped
    page = checked(html)
    assert page.tags <= {
        *("html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td", "h1", "h2", "p", "span", "br")
    }
    assert not page.attributes & {"src", "href", "background", "onload", "onclick"}
    assert not re.search(r"url\(|@import|http", html.replace("http-equiv", "").replace("HTTP", ""))
    assert f'<html lang="{language}">' in html
    assert 'name="color-scheme" content="light dark"' in html
    assert "{" not in html.partition("</style>")[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_forms_say_the_same(language: str) -> None:
    for make in samples.SUMMARIES.values():
        letter = WRITER.summary(make(), language)
        shown = words(letter.html)
        for line in letter.text.splitlines():
            for piece in re.split(r"^ *[-*\d.\u202f,]* +|, | \[.*\]$", line):
                bare = " ".join(piece.split()).strip("-=")
                assert bare in shown, bare


def test_the_verdict_is_in_the_subject() -> None:
    subjects = {name: WRITER.summary(make(), "nl").subject for name, make in samples.SUMMARIES.items()}
    assert subjects == {
        "well": "flexsync: alles in orde",
        "todo": "flexsync: 7 zaken voor u, 3 nieuw",
        "refused": "flexsync: 2 keer tegengehouden, uw goedkeuring is nodig",
        "failed": "flexsync: niet gelukt: de uitschrijvingen lezen en nog 3 (werkt weer, proef)",
        "spent": "flexsync: de oproepen van deze maand zijn op, er wacht werk",
        "first": "flexsync: alles in orde (eerste keer)",
    }


def test_one_refusal_names_how_many_people_and_items_that_failed_are_not_all_well() -> None:
    refused = samples.refused()
    one = replace(refused, approvals=refused.approvals[:1])
    assert WRITER.summary(one, "en").subject == "flexsync: held back, your approval is needed (130 people)"
    assert WRITER.summary(replace(samples.well(), items_failed=2), "en").subject == "flexsync: it did not all work"


def test_one_trouble_of_several_steps_is_said_once() -> None:
    letter = WRITER.summary(samples.failed(), "en")
    for form in (letter.text, letter.html):
        assert form.count("connection refused") == 1
        assert form.count("nobody is mailed on a guess") == 1
    assert "Reading who opted out, reading what came back, since 2 March 2026" in letter.text


def test_what_begins_now_is_nothing_to_look_at() -> None:
    text = WRITER.summary(samples.todo(), "en").text
    assert text.index("To look at in Admin") < text.index("Followed from now on\n====") < text.index("Where everybody stands")


def test_the_approve_line_can_be_copied_as_it_is() -> None:
    letter = WRITER.summary(samples.refused(), "fr")
    for line in ("flexsync approve a1b2c3", "flexsync approve d4e5f6 --people 812"):
        assert f">{line}</p>" in letter.html
        assert f"    {line}\n" in letter.text


def test_a_refused_person_has_the_id_the_name_and_what_to_mend() -> None:
    text = WRITER.summary(samples.todo(), "nl").text
    assert "* 104, Immo <b>Groenplaats</b>, te verbeteren: maatwerkveld Omzet [nieuw]\n" in text
    assert "- 105, Łukasz Nowak, te verbeteren: e-mailadres\n" in text
    assert "Open de relatie in Admin" in text


def test_the_numbers_add_up() -> None:
    text = WRITER.summary(samples.todo(), "en").text
    table = text.partition("each in one row.")[2].partition("What was done")[0]
    numbers = [int(number.replace(",", "")) for number in re.findall(r"^ +([\d,]+)  ", table, re.MULTILINE)]
    assert sum(numbers[:-1]) == numbers[-1] == 1235


def test_a_push_that_stood_and_fell_with_the_opt_outs_says_so() -> None:
    text = WRITER.summary(samples.failed(), "en").text
    assert "the opt-outs could not be read: nobody is mailed on a guess" in text
    alone = replace(samples.failed(), failing=(Failing("push", samples.NOW, "cause", 7),))
    assert "The calls to Flexmail allowed for this month are spent" in WRITER.summary(alone, "en").text
    assert "Something unexpected" in WRITER.summary(replace(alone, failing=(Failing("new", samples.NOW, "?", 99),)), "en").text


def test_a_bounce_has_its_reason_with_the_code_its_mailing_and_what_to_do() -> None:
    text = WRITER.bounces(samples.bounces(), "en").text
    assert "this mailbox does not exist (code 5.1.1)" in text
    assert "mailing: Nieuwsbrief <maart>, since 2 March 2026, 3 times" in text
    assert "Ask the person for the right address" in text
    assert text.index("Undeliverable") < text.index("Unclear") < text.index("Temporary")


def test_an_unknown_reason_and_mailing_are_said_to_be_so() -> None:
    person = replace(samples.bounces().people[0], reason_key="never heard of", code="", campaign="")
    text = WRITER.bounces(bounce_news([person]), "en").text
    assert "the other side gave no clear reason (no code)" in text
    assert "mailing unknown" in text


hostile = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.sampled_from(
    ["<script>alert(1)</script>", '"><img src=x>', "a\r\nBcc: b@example.be", "{{ 7*7 }}", "{n}", "\u202eabc"]
)


@given(name=hostile, field=hostile, error=hostile)
def test_text_from_outside_is_only_shown(name: str, field: str, error: str) -> None:
    rows = (Row("12", name.replace("\n", " "), {"field": field}, new=True),)
    summary = Summary(
        samples.NOW,
        samples.NOW,
        1,
        failing=(Failing("push", samples.NOW, error, 4),),
        todos=(Group("profile_refused", rows, 1),),
        findings=(Group("unheard <of>", rows, 1),),
    )
    letter = WRITER.summary(summary, "en")
    assert {"script", "img", "of"}.isdisjoint(checked(letter.html).tags)
    assert "\n" not in letter.subject
    assert "49" not in letter.text
