"""Documents for the tests of the configuration."""

from flexsync_cli.config.load import parse, validate
from flexsync_cli.config.model import Configuration
from flexsync_cli.errors import Misconfigured

SMALLEST = """
[admin]
connection = "sqlite:///admin.db"
[flexmail]
account_id = 12345
token = { env = "FLEXSYNC_TOKEN" }
source = "Admin"
"""


def configuration(more: str = "", instead: tuple[str, str] = ("", "")) -> Configuration:
    """The smallest configuration, one piece of it replaced, with more behind it."""
    return validate(parse(SMALLEST.replace(*instead) + more))


def problems(more: str = "", instead: tuple[str, str] = ("", "")) -> list[str]:
    """What is refused of that, without the file's name."""
    try:
        configuration(more, instead)
    except Misconfigured as error:
        return [problem.removeprefix("config.toml: ") for problem in error.problems]
    return []
