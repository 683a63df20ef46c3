"""Officers of the two nodes of `pair`: at each a duty engineer and a terms officer, with their mandates."""

from datetime import date

from mabar.base.models import Actor, Agency, Mandate, Place, Post

POSTS = ("duty_engineer", "terms_officer")


def officers(code: str) -> list[Actor]:
    """Give the two officers of the node at work, made when they are first asked for."""
    return [_officer(code, number, function) for number, function in enumerate(POSTS, 1)]


def _officer(code: str, number: int, function: str) -> Actor:
    agency, place = Agency.objects.get(code=f"{code[:2]}.customs"), Place.objects.get(code=code)
    told = {"kind": Actor.OFFICER, "name": function, "agency": agency, "place": place, "password": "!"}
    actor, is_new = Actor.objects.get_or_create(key=f"{code[3:6].upper()}-{number:04}", defaults=told)
    if is_new:
        post, _ = Post.objects.get_or_create(agency=agency, function=function)
        Mandate.objects.create(actor=actor, post=post, place=place, from_on=date(2026, 1, 1))
    return actor
