"""What can go wrong between "no Asterisk here" and "Asterisk is ready"."""


class PbxError(Exception):
    """Base of every failure to find, configure or run the exchange; the text is for a person."""


class PbxOptionsError(PbxError):
    """An option would not survive being written into Asterisk's files."""


class AsteriskMissingError(PbxError):
    """No usable Asterisk on PATH and no private one could be made."""


class PbxNotReadyError(PbxError):
    """The process ended or stayed silent before it accepted our login."""
