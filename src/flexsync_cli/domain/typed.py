"""Commands as a person types them where flexsync runs."""


def command_line(words: str, config: str = "") -> str:
    """A command, ready to be copied; `config` is the path of the configuration, "" where it is found without being named."""
    return f'flexsync --config "{config}" {words}' if config else f"flexsync {words}"


def approve_command(plan_id: str, people: int, *, typed: bool, config: str = "") -> str:
    """The command that approves a plan; `typed` where its number of people must be typed."""
    return command_line(f"approve {plan_id}" + (f" --people {people}" if typed else ""), config)
