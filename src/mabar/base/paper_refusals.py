"""Why a paper is not taken for what a node made; without Django."""

from mabar.base.rules import BaseRefusal


class NotAPdf(BaseRefusal):
    """The file that should be a paper is no PDF."""


class PaperWithoutRecord(BaseRefusal):
    """The PDF holds no signed record, or no longer as the node wrote it."""


class PaperAltered(BaseRefusal):
    """The record in a paper does not bear the signature of the key by which it is checked."""


class PagesAltered(BaseRefusal):
    """The pages of a paper are not those with which its record was signed."""
