"""Why a version is refused."""

from crm_core.errors import Refused, Unknown


class VersionUnknown(Unknown):
    """There is no such version."""

    code = "version_unknown"


class VersionChanged(Refused):
    """Somebody else was faster: what was shown is no more so."""

    code = "version_changed"


class ProposalWaits(Refused):
    """Another version is proposed; it is decided first."""

    code = "proposal_waits"


class SameEyes(Refused):
    """Whoever wrote or proposed a version does not publish it."""

    code = "same_eyes"


class NothingChanged(Refused):
    """The text says what the published version says."""

    code = "nothing_changed"
