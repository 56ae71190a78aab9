"""Writes the mails: what a view says, in one template for HTML and one for plain text."""

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from flexsync_cli.adapters.mail.bounce_view import BouncesView
from flexsync_cli.adapters.mail.message import compose
from flexsync_cli.adapters.mail.texts import Texts
from flexsync_cli.adapters.mail.view import SummaryView
from flexsync_cli.domain.bounce_mail import BounceNews
from flexsync_cli.domain.summary import Summary
from flexsync_cli.ports import Envelope, Letter

ENDING = ".j2"
BLANK_LINES = re.compile("\n{3,}")


class JinjaLetters:
    """The port `Letters`."""

    def summary(self, data: Summary, language: str) -> Letter:
        """The summary."""
        texts = Texts(language)
        return _letter("summary", SummaryView(data, texts), texts)

    def bounces(self, data: BounceNews, language: str) -> Letter:
        """The new bounces."""
        texts = Texts(language)
        return _letter("bounces", BouncesView(data, texts), texts)

    def message(self, letter: Letter, envelope: Envelope) -> bytes:
        """The whole mail."""
        return compose(letter, envelope)


def _letter(name: str, view: SummaryView | BouncesView, texts: Texts) -> Letter:
    """Both forms of the same; everything that is filled into HTML is escaped."""
    forms = (_environment().get_template(f"{name}.{form}{ENDING}") for form in ("html", "txt"))
    html, text = (form.render(view=view, say=texts.say, language=texts.language) for form in forms)
    return Letter(view.subject, html, BLANK_LINES.sub("\n\n", text))


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("flexsync_cli.adapters.mail"),
        autoescape=select_autoescape(enabled_extensions=(f"html{ENDING}",), default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
