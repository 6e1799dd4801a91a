"""Compiling the pages in this process, as Reflex's own command does."""

from reflex.reflex import cli

COMMAND = ("compile", "--no-rich")


def compile_pages() -> None:
    """Write the sources of the pages; raises what is wrong with them."""
    cli.main(list(COMMAND), standalone_mode=False)
