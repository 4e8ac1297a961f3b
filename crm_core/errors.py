"""The errors of crm_core. This module owns their three kinds and must not know HTTP.

`Refused` is a rule saying no: its code is stable, for the screen to translate. `StorageAway` is
the database's fault and passes by itself. Anything else that leaves crm_core is our own defect.
"""


class CrmError(Exception):
    """The base of all errors that crm_core raises on purpose."""


class StorageAway(CrmError, OSError):
    """The database does not answer now. Trying again later is right."""


class Refused(CrmError):
    """Refused by rule. `code` names the rule."""

    code = "refused"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.code)


class FieldRefused(Refused):
    """What was given in one field cannot be taken. `field` is its name at the edge."""

    code = "field_refused"

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.problem = code


class Unknown(Refused):
    """There is no such thing."""

    code = "unknown"


class PartyUnknown(Unknown):
    """There is no such party."""

    code = "party_unknown"
