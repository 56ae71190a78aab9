"""The mail about bounces in the words of one language."""

from dataclasses import dataclass

from flexsync_cli.adapters.mail.texts import Texts
from flexsync_cli.domain.bounce_mail import UNKNOWN, BouncedPerson, BounceKind, BounceNews
from flexsync_cli.domain.text import one_line

KINDS: tuple[BounceKind, ...] = ("hard", "unknown", "soft")


@dataclass(frozen=True, slots=True)
class BouncedView:
    """One person, and why: in plain words, with the code; then the mailing, and since when."""

    relation_id: str
    name: str
    address: str
    reason: str
    when: str


@dataclass(frozen=True, slots=True)
class BounceGroup:
    """Those of one kind, and what to do about them."""

    title: str
    do: str
    people: list[BouncedView]


class BouncesView:
    """The whole mail."""

    tone = "refused"

    def __init__(self, data: BounceNews, texts: Texts) -> None:
        self.texts = texts
        self.subject = texts.say("subject.bounces", len(data.people))
        self.headline = texts.say("headline.bounces", len(data.people))
        self.lead = texts.say("lead.bounces")
        self.groups = [self._group(kind, data) for kind in KINDS if data.count(kind)]
        self.footer = texts.say("part.footer_bounces")

    def _group(self, kind: BounceKind, data: BounceNews) -> BounceGroup:
        people = [self._person(person) for person in data.people if person.kind == kind]
        title = f"{self.texts.say(f'bounce.{kind}')} ({self.texts.number(len(people))})"
        return BounceGroup(title, self.texts.say(f"bounce.{kind}_do"), people)

    def _person(self, person: BouncedPerson) -> BouncedView:
        say = self.texts.say
        reason = say(f"reason.{person.reason_key if self.texts.has(f'reason.{person.reason_key}') else UNKNOWN}")
        code = say("bounce.code", code=person.code) if person.code else say("bounce.no_code")
        campaign = say("bounce.campaign", campaign=person.campaign) if person.campaign else say("bounce.no_campaign")
        since = say("bounce.since", since=self.texts.day(person.since))
        return BouncedView(
            relation_id=one_line(person.relation_id, 40),
            name=one_line(person.name, 80) or ("" if person.relation_id else say("part.no_name")),
            address=one_line(person.address),
            reason=f"{reason} ({code})",
            when=f"{campaign}, {since}, {say('bounce.times', person.times)}",
        )
