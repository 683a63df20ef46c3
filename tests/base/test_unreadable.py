"""What no page reads: a NUL in an address or a form, and a body beyond every measure."""

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from mabar.base.models import JournalLine
from mabar.base.unreadable import MOST_BYTES, RefuseUnreadable

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def reader(client, world):
    cache.clear()
    client.force_login(world.officers["place_administrator"])
    return client


@pytest.mark.parametrize("address", ["/people/?text=a%00b", "/people/%00/", "/wall/%00/", "/search/?q=%00"])
def test_a_nul_in_an_address_is_refused(reader, address):
    answer = reader.get(address)
    assert answer.status_code == 422
    assert "RequestNotUnderstood" in answer.content.decode()


def test_a_nul_in_an_address_of_the_api_is_refused_as_json(client, db):
    answer = client.get("/api/1/board/%00")
    assert (answer.status_code, answer.json()["code"]) == (422, "RequestNotUnderstood")


def test_a_nul_in_a_form_is_refused_and_nothing_is_stored(reader, world):
    before = JournalLine.objects.count()
    assert reader.post("/people/DEB-0001/grant/", {"function": "exam\x00iner"}).status_code == 422
    assert reader.post("/language/", {"language": "fr", "next\x00": "/"}).status_code == 422
    assert JournalLine.objects.count() == before


def sized(path, size, user):
    request = RequestFactory().post(path, b"", content_type="multipart/form-data; boundary=b")
    request.META["CONTENT_LENGTH"] = size
    request.user = user
    return RefuseUnreadable(lambda request: "served")(request)


@pytest.mark.parametrize(
    ("size", "is_served"),
    [("30000000", True), (str(MOST_BYTES), True), (str(MOST_BYTES + 1), False), ("", True), ("-5", True)],
)
def test_a_reader_sends_many_files_but_not_without_end(world, size, is_served):
    answer = sized("/declarations/upload/", size, world.broker)
    assert answer == "served" if is_served else answer.status_code == 413


def test_a_stranger_sends_no_large_file_and_is_told_so_before_it_is_read(world, settings):
    from django.contrib.auth.models import AnonymousUser

    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert sized("/sign-in/", str(limit), AnonymousUser()) == "served"
    assert sized("/sign-in/", str(limit + 1), AnonymousUser()).status_code == 413
    assert b"FileTooLarge" in sized("/api/1/declarations", str(limit + 1), AnonymousUser()).content
