"""Administrations, their agencies and their places."""

from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import get_language


class Named(models.Model):
    """Something that bears a name in the three languages."""

    name_ar = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_in(get_language() or "ar")

    def name_in(self, language: str) -> str:
        """The name in `language`; Arabic where the language is not one of the three."""
        return str(getattr(self, f"name_{language[:2]}", self.name_ar))

    def __str__(self) -> str:
        return self.name_en


class Administration(Named):
    """A state's border administration; it owns the root key and certifies its nodes."""

    code = models.CharField(max_length=2, primary_key=True)


class Agency(Named):
    """Customs, police, plant health...: one service of one administration."""

    code = models.CharField(max_length=32, primary_key=True)
    administration = models.ForeignKey(Administration, on_delete=models.PROTECT)
    kind = models.CharField(max_length=24)


class Place(Named):
    """A headquarters, a crossing or an office, with the time zone in which its day is counted."""

    code = models.CharField(max_length=32, primary_key=True)
    administration = models.ForeignKey(Administration, on_delete=models.PROTECT)
    kind = models.CharField(max_length=16)
    zone = models.CharField(max_length=40)
    faces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="faced_by")

    @property
    def clock(self) -> ZoneInfo:
        """The zone as Python knows it."""
        return ZoneInfo(self.zone)
