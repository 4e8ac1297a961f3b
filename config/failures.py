"""What the command line reports as one line instead of a traceback."""


class Failed(Exception):
    """The command could not do its work, for a reason that a person can mend."""
