"""Commands are shown as they can be typed."""

from flexsync_cli.domain.typed import approve_command, command_line


def test_the_configuration_is_named_only_where_it_must_be() -> None:
    assert command_line("status") == "flexsync status"
    assert command_line("status", "/srv/my office/config.toml") == 'flexsync --config "/srv/my office/config.toml" status'


def test_the_number_of_people_is_typed_only_where_it_must_be() -> None:
    assert approve_command("a1", 812, typed=False) == "flexsync approve a1"
    assert approve_command("a1", 812, typed=True, config="c.toml") == 'flexsync --config "c.toml" approve a1 --people 812'
