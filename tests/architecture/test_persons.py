"""What Mabar refuses about persons: no table judges one, no score reads one, and the wall cannot say who one is."""

import ast
from dataclasses import fields

from django.apps import apps
from django.db.models import Field

from mabar.base.models import Actor
from mabar.crossings import queries
from mabar.declarations import lanes
from tests.architecture.code import assert_none, files

# Words that would judge or single out a person, or say who he is beyond his name and post.
JUDGING = ("score", "risk", "watch", "suspect", "blacklist", "profile", "behaviour", "nationality", "religion", "face_")
# What an actor's row holds: who he is to the node, where and for whom he works, and how he signs in.
ACTOR = {"id", "key", "kind", "name", "agency", "firm", "place", "language", "is_active"}
SIGN_IN = {"password", "last_login", "one_time_until_at"}
PUBLIC = {"plate", "position", "queued_at", "expected_at", "gate", "colour", "number", "agency", "agency_names", "desk"}
# of an exception from the order, what was done and for what kind of reason: never who did it, nor his words
PUBLIC |= {"earliest_at", "latest_at", "appointment_at", "mark"}


def columns() -> list[tuple[str, str, Field]]:
    """Give table, column and field of everything that the product keeps."""
    models = [model for model in apps.get_models() if model.__module__.startswith("mabar.")]
    return [(model._meta.label, each.name, each) for model in models for each in model._meta.fields]


def test_no_table_judges_a_person() -> None:
    assert_none(f"{table}.{name}" for table, name, _field in columns() if any(word in name.lower() for word in JUDGING))


def test_an_actor_is_known_by_his_post_and_nothing_more() -> None:
    assert {each.name for each in Actor._meta.fields} == ACTOR | SIGN_IN


def test_only_the_ground_points_at_persons() -> None:
    # other packages keep the key under which somebody acted, so no row of theirs can be joined into a list of persons
    pointing = {table for table, _name, each in columns() if each.related_model is Actor}
    assert pointing, "nothing points at actors: this test looks at nothing"
    assert_none(table for table in pointing if not table.startswith("base."))


def test_what_a_consignment_is_scored_by_names_nobody() -> None:
    of_persons = ("name", "party", "exporter", "consignee", "declarant", "firm", "plate", "nationality", "identity")
    assert_none(each.name for each in fields(lanes.Consignment) if any(word in each.name for word in of_persons))
    drawing = next(file for file in files() if file.name == "declarations/lanes.py")
    read = {node.attr for node in ast.walk(drawing.tree) if isinstance(node, ast.Attribute)}
    assert "gross_mass_g" in read, "the draw reads nothing: this test looks at nothing"
    assert_none(read & {*of_persons, "transport", "departure", "border", "representative", "carrier"})


def test_the_wall_can_say_no_name_no_goods_and_no_reason() -> None:
    for row in (queries.WaitingTruck, queries.YardTruck, queries.HeldTruck):
        assert {each.name for each in fields(row)} <= PUBLIC
    assert {each.name for each in fields(queries.Mark)} == {"act", "kind"}
    assert not {each.name for each in fields(queries.WaitingTruck)} & {"colour", "number"}


HOLDER = {"name", "document", "holder"}


def test_who_holds_a_vehicles_pass_stands_in_no_index_and_no_constraint() -> None:
    table = apps.get_model("vehicles", "PassHolder")
    assert {each.name for each in table._meta.fields} == {"vehicle_pass", "name", "document"}
    assert not table._meta.indexes
    assert not table._meta.constraints
    assert not [
        each.name for each in table._meta.fields if each.name != "vehicle_pass" and (each.db_index or each.unique)
    ]


def test_no_question_to_the_vehicles_names_a_holder() -> None:
    asked = [(file, call) for file in files() if file.package == "vehicles" for call in _questions(file.tree)]
    assert len(asked) > 15, "the vehicles ask nothing: this test looks at nothing"
    assert_none(
        f"{file.name}:{call.lineno} {word}" for file, call in asked for word in _asked_for(call) if word in HOLDER
    )


def test_what_lists_and_programs_are_told_of_a_vehicle_names_no_holder() -> None:
    from mabar.vehicles import api
    from mabar.vehicles import queries as vehicles

    for row in (vehicles.PassRow, vehicles.OverdueRow, vehicles.EventRow):
        assert not {each.name for each in fields(row)} & HOLDER
    assert not set(api.PassWithFindings.model_fields) & HOLDER


def _questions(tree: ast.AST) -> list[ast.Call]:
    named = {
        "filter",
        "exclude",
        "get",
        "order_by",
        "values",
        "values_list",
        "Q",
        "select_related",
        "annotate",
        "alias",
    }
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and (getattr(node.func, "attr", "") or getattr(node.func, "id", "")) in named
    ]


def _asked_for(call: ast.Call) -> set[str]:
    told = {each.arg for each in call.keywords if each.arg}
    told |= {each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    return {part for word in told for part in word.lstrip("-").split("__")}
