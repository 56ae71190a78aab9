"""`flexsync demo`: the whole thing on this machine, with an invented office and the Flexmail sandbox."""

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from flexsync_cli.errors import Misconfigured


@click.command("demo")
@click.option(
    "--relations",
    metavar="N",
    type=click.IntRange(100, 100_000),
    default=300,
    show_default=True,
    help="How many the office has.",
)
@click.option("--keep", metavar="DIR", type=click.Path(path_type=Path, file_okay=False), help="Leave it all there to look at.")
@click.option("--seed", metavar="N", type=int, default=1, show_default=True, help="Another number, other people.")
def command(relations: int, keep: Path | None, seed: int) -> int:
    """Show it all without an office, a Flexmail account or a mail server."""
    try:
        from flexsync_cli.cli.demo_show import show
    except ImportError:
        raise Misconfigured("the demo needs its extra: pip install 'flexsync[demo]'") from None
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory())) if keep is None else _empty(keep)
        return show(folder, relations, seed, keeps=keep is not None)


def _empty(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Misconfigured(f"{folder} is not empty; give a new folder to --keep")
    return folder.absolute()
