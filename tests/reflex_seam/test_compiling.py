"""Reflex has the command that compiles the pages, with the option that we give it."""

from reflex.reflex import cli

from rxapp.reflex_seam.compiling import COMMAND


def test_the_command_and_its_option_are_there():
    name, option = COMMAND
    command = cli.commands[name]
    assert option in {each for param in command.params for each in param.secondary_opts}
