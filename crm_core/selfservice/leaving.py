"""How a caller leaves a node of a flow. Standard library only: the tables' models import this."""

from enum import StrEnum


class Leaving(StrEnum):
    """How a stay in a node ended. Of what he typed only a menu's key is ever kept."""

    WENT_ON = "went_on"
    """It was told or done to its end, and the flow led on."""
    KEY = "key"
    """He chose by a key of a menu."""
    KEYED = "keyed"
    """He typed what was asked for."""
    PERSON = "person"
    """He asked for a person by the key that means it anywhere."""
    BACK = "back"
    MAIN_MENU = "main_menu"
    REPEAT = "repeat"
    """He asked to hear it again."""
    SILENCE = "silence"
    """He pressed nothing, as often as the node lets him."""
    WRONG = "wrong"
    """He pressed what leads nowhere, or did not prove who he is."""
    HUNG_UP = "hung_up"
    FAILED = "failed"
    """It could not go on."""


KEYS = "0123456789*#"
