"""Why a file as a whole is refused; nothing of it is read then."""

from mabar.lib.refusals import Refusal


class FileRefused(Refusal):
    """Base of the refusals of whole files; each names the file and, where it has one, the line."""

    package = "declarations"


class FileEmpty(FileRefused):
    """The file has no content."""


class FileUnreadable(FileRefused):
    """There is no such file, or the system does not let it be read."""


class FileBeyondLimit(FileRefused):
    """The file is larger than a declaration can be."""


class FormatUnknown(FileRefused):
    """The content is of no format that is read here."""


class EncodingBroken(FileRefused):
    """The bytes do not fit the encoding that the file declares."""


class XmlBroken(FileRefused):
    """The file is not well-formed XML: cut off, or damaged."""


class DoctypeForbidden(FileRefused):
    """The file declares a document type or entities, which could swell or reach outside."""


class NotADeclaration(FileRefused):
    """The file is well-formed XML of another kind."""


class ProfileUnknown(FileRefused):
    """The profile that was asked for does not exist."""


class SheetProfileUnknown(FileRefused):
    """No mapping profile fits the headers of the sheet."""


class SheetBroken(FileRefused):
    """The spreadsheet cannot be opened, or opens into far more than it seems."""


class InterchangeCut(FileRefused):
    """The interchange ends before its time: a segment, a message or the interchange itself has no end."""


class InterchangeBroken(FileRefused):
    """A service segment stands where none of its kind can stand."""


class SeparatorsUnfit(FileRefused):
    """The service string advice names characters that cannot part anything."""


class TooManySegments(FileRefused):
    """The file has more segments than a day's declarations of a broker."""


class NoDeclarationMessage(FileRefused):
    """The file is UN/EDIFACT and holds neither a declaration nor a cargo report."""


class PathUnknown(FileRefused):
    """The path names no field of the declaration."""


class ValueUnfit(FileRefused):
    """The value does not fit the field."""
