"""The golden mails: how they are written anew, and where they lie.

After a change that is meant, `python -m tests.golden.letters` writes them again; look at the difference before you commit it.
"""

from collections.abc import Iterator
from pathlib import Path

from flexsync_cli.adapters.mail.letters import JinjaLetters
from flexsync_cli.adapters.mail.texts import LANGUAGES
from flexsync_cli.ports import Letter
from tests.golden import samples

FOLDER = Path(__file__).parent / "mails"
HTML_LANGUAGE = "nl"  # the words are in the plain texts of all languages; what HTML makes of them is the same in each


def letters() -> Iterator[tuple[str, str, Letter]]:
    """Every mail: its situation, its language, and what is sent."""
    writer = JinjaLetters()
    for language in LANGUAGES:
        for name, make in samples.SUMMARIES.items():
            yield name, language, writer.summary(make(), language)
        yield "bounces", language, writer.bounces(samples.bounces(), language)


def files() -> dict[Path, str]:
    """What should lie in the folder."""
    wanted = {}
    for name, language, letter in letters():
        wanted[FOLDER / f"{name}.{language}.txt"] = f"{letter.subject}\n\n{letter.text}"
        if language == HTML_LANGUAGE:
            wanted[FOLDER / f"{name}.{language}.html"] = letter.html
    return wanted


def write() -> None:
    """Write them, these and no others."""
    FOLDER.mkdir(exist_ok=True)
    wanted = files()
    for path in set(FOLDER.iterdir()) - set(wanted):
        path.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
