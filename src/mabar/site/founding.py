"""Founding a node: empty stores, the administrations, agencies and crossings it knows, its first administrator."""

from collections.abc import Iterable
from datetime import datetime

from mabar.crossings import atlas
from mabar.lib import words
from mabar.site.making import UnknownPlace

AGENCIES = ("customs", "police", "gendarmerie", "plant_health", "veterinary", "health", "standards", "crossing")
FIRST = "ADM-0001"


def check_places(codes: Iterable[str]) -> None:
    """Refuse a place that the product's lists of crossings and offices do not have.

    Raises:
        UnknownPlace: names it.
    """
    known = {crossing.code for crossing in atlas.crossings()} | {office.code for office in atlas.offices()}
    for code in codes:
        if code not in known:
            raise UnknownPlace(code=code)


def found(places: tuple[str, ...], *, at: datetime) -> tuple[str, str]:
    """Make the stores, lay out what the node knows, and enrol its first administrator.

    Returns his key and his one-time password, which is told once.
    """
    make_stores()
    lay_out(places, at)
    return first_administrator(places[0], at)


def make_stores() -> None:
    """Make or bring up to date every table of the node."""
    from django.conf import settings
    from django.core.management import call_command

    from mabar.site import stores

    call_command("migrate", verbosity=0, interactive=False)
    if "passing" in settings.DATABASES:
        # only what lies there: to replay every migration again on a file that takes no table of it costs two seconds
        for label in stores.passing_labels():
            call_command("migrate", label, database="passing", verbosity=0, interactive=False)
    for alias in settings.DATABASES:
        call_command("createcachetable", database=alias, verbosity=0)


def lay_out(places: tuple[str, ...], at: datetime) -> None:
    """Write the administrations, their agencies and all places as the product's lists have them; run again, it renews.

    Every crossing and office is a place that can be named; only the crossings of `places` are worked at this node.
    """
    from django.db import transaction

    from mabar.base import actors

    with transaction.atomic():
        actors.node()
        for country in sorted({crossing.country for crossing in atlas.crossings()}):
            _administration(country.lower())
        for crossing in atlas.crossings():
            _place(crossing, kind="crossing")
        for office in atlas.offices():
            _place(office, kind="office")
        _face_each_other()
        _work_at(places, at)


def _administration(code: str) -> None:
    from mabar.base.models import Administration, Agency
    from mabar.declarations import reference

    country = reference.country(code.upper())
    if country is None:
        raise ValueError(f"no country bears the code {code}")
    names = {f"name_{language}": country.name(language) for language in words.LANGUAGES}
    administration, _ = Administration.objects.update_or_create(code=code, defaults=names)
    for kind in AGENCIES:
        names = {f"name_{language}": _agency_name(kind, code, language) for language in words.LANGUAGES}
        Agency.objects.update_or_create(
            code=f"{code}.{kind}", defaults={"administration": administration, "kind": kind, **names}
        )


def _agency_name(kind: str, country: str, language: str) -> str:
    known = words.table("base", "words")
    own = f"agency.{kind}.{country}"
    return words.word("base", own if own in known else f"agency.{kind}", language)


def _place(listed: atlas.Crossing | atlas.Office, *, kind: str) -> None:
    from mabar.base.models import Place

    names = {f"name_{language}": listed.names[language] for language in words.LANGUAGES}
    told = {"administration_id": listed.country.lower(), "kind": kind, "zone": listed.zone}
    Place.objects.update_or_create(code=listed.code, defaults={**told, **names})


def _face_each_other() -> None:
    from mabar.base.models import Place

    for crossing in atlas.crossings():
        Place.objects.filter(code=crossing.code).update(faces=crossing.faces)


def _work_at(places: tuple[str, ...], at: datetime) -> None:
    from mabar.base import actors
    from mabar.crossings import commands

    offices = {office.code for office in atlas.offices()}
    for code in places:
        if code not in offices:
            commands.establish(actors.node(), code, gates=1, at=at)


def first_administrator(place: str, at: datetime) -> tuple[str, str]:
    """Enrol the officer who will enrol the others."""
    from mabar.base import actors, commands
    from mabar.base.models import Actor, Agency, Place

    home = Place.objects.get(code=place)
    agency = Agency.objects.get(code=f"{place[:2]}.crossing")
    node = actors.node()
    enrolled = commands.enrol_actor(
        node, FIRST, kind=Actor.OFFICER, name="المسؤول الأول", place=home, agency=agency, at=at
    )
    today = at.astimezone(home.clock).date()
    commands.grant_mandate(node, FIRST, function="node_administrator", place=None, from_on=today, until_on=None, at=at)
    return FIRST, enrolled.password
