"""Files that a broker sends: read before his eyes, lodged when he says so, refused by name with nothing stored."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from mabar.base.models import JournalLine, StoredFile
from mabar.declarations import sad, uploads
from mabar.declarations.models import DateReading, Declaration, Draft, Version
from mabar.declarations.reading_tasks import read_files
from tests.declarations import samples, wco_samples
from tests.declarations.records import import_record
from tests.languages import EACH_LANGUAGE

pytestmark = pytest.mark.django_db(databases="__all__")
PAGE = "/declarations/upload/"


@pytest.fixture
def broker(client, world):
    from mabar.crossings import commands as crossings

    cache.clear()
    crossings.establish(world.node, "dz.debdeb", gates=2, at=datetime.now(UTC))
    client.force_login(world.broker)
    return client


def send(broker, *contents, **more):
    files = [SimpleUploadedFile(name, content) for name, content in contents]
    return broker.post(PAGE, {"sent": files, "place": "dz.debdeb", **more})


def record_file(*records):
    return "record.json", "\n".join(sad.dumps(each) for each in records).encode()


def sheet_file(references):
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";")
    heads = "Numéro de déclaration;Bureau;Sens;Régime;Déclarant;Destinataire;Position tarifaire;Désignation"
    rows.writerow(
        [*heads.split(";"), *["Pays d'origine", "Nombre de colis", "Poids brut", "Poids net", "Valeur", "Devise"]]
    )
    for reference in references:
        rest = "DZDEB;I;Importation;Oasis;Sahra;84137000;Pompes;IT;10;500;480;1200;EUR"
        rows.writerow([reference, *rest.split(";")])
    return "alces.csv", out.getvalue().encode()


@pytest.mark.parametrize(
    ("content", "said"),
    [(wco_samples.message(), "0804.10.00"), (wco_samples.answer(), "26DZ001"), (wco_samples.MOVEMENT, "F-0516")],
    ids=["declaration", "answer", "movement"],
)
def test_a_message_of_the_data_model_is_shown_with_what_it_says(broker, content, said):
    told = send(broker, ("wco.xml", content))
    assert told.status_code == 302
    page = broker.get(told["Location"])
    assert page.status_code == 200
    assert said in page.content.decode()
    assert "WCO Data Model" in page.content.decode()


def test_a_file_is_read_and_shown_and_lodges_nothing(broker):
    answer = send(broker, ("jamaica.xml", samples.sad(samples.JAMAICA)))
    assert re.fullmatch(r"/declarations/upload/[0-9A-Z]{26}/1/", answer["Location"])
    text = broker.get(answer["Location"]).content.decode()
    assert "jamaica.xml" in text
    assert "JMKAJ" in text
    assert "EXPORTER ONE" in text
    assert "8471.30.10" in text
    assert not Declaration.objects.exists()
    assert not Draft.objects.exists()
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize("language", EACH_LANGUAGE)
@pytest.mark.parametrize("dialect", sorted(samples.DIALECTS))
def test_each_countrys_file_opens_in_each_language(broker, world, dialect, language):
    world.broker.language = language
    world.broker.save(update_fields=["language"])
    page = broker.get(send(broker, ("sad.xml", samples.sad(samples.DIALECTS[dialect])))["Location"])
    assert page.status_code == 200
    assert page.content.decode().count("button main") == 1


def test_looking_at_a_file_writes_nothing_and_asks_little(broker, django_assert_max_num_queries):
    page = send(broker, ("sad.xml", samples.sad()))["Location"]
    broker.get(page)
    lines = JournalLine.objects.count()
    with django_assert_max_num_queries(14) as asked:
        broker.get(page)
    assert [query["sql"] for query in asked if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")] == []
    assert JournalLine.objects.count() == lines


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("cut.xml", samples.sad()[:4000], "XmlBroken"),
        ("photo.xml", b"\xff\xd8\xff\xe0 a picture", "FormatUnknown"),
        ("old.xls", b"\xd0\xcf\x11\xe0 a sheet", "FormatUnknown"),
        ("empty.csv", b"", "FileEmpty"),
        ("bomb.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><ASYCUDA>&b;</ASYCUDA>', "DoctypeForbidden"),
        ("notes.csv", b"a;b\n1;2\n", ""),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_name_and_not_stored(broker, name, content, code):
    answer = send(broker, (name, content))
    text = broker.get(answer["Location"]).content.decode()
    assert name in text
    assert "why refuse" in text
    assert code in text
    assert not StoredFile.objects.exists()
    assert broker.get(f"{answer['Location']}1/").status_code == 422


def test_a_wrong_figure_is_told_with_its_line_and_element(broker):
    content = samples.sad().replace(b"<Gross_weight_itm>10.5<", b"<Gross_weight_itm>1O.5<", 1)
    text = broker.get(send(broker, ("sad.xml", content))["Location"]).content.decode()
    assert "F-0103" in text
    assert "Gross_weight_itm" in text
    assert "1O.5" in text


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(broker, monkeypatch):
    monkeypatch.setattr("mabar.base.files.LIMIT_BYTES", 1000)
    text = broker.get(send(broker, ("large.xml", samples.sad()))["Location"]).content.decode()
    assert "FileTooLarge" in text
    assert not StoredFile.objects.exists()


def test_no_file_and_too_many_are_told_above_the_form(broker, monkeypatch):
    assert broker.post(PAGE, {"place": "dz.debdeb"}).status_code == 422
    monkeypatch.setattr("mabar.declarations.pages.upload.FILES_AT_MOST", 1)
    answer = send(broker, ("a.xml", samples.sad()), ("b.xml", samples.sad()))
    assert answer.status_code == 422
    said = uploads.TooManyFiles(files=2, limit=1).sentence("ar")
    assert said.remedy in answer.content.decode()
    assert not StoredFile.objects.exists()


def test_several_files_stand_side_by_side(broker):
    answer = send(broker, ("good.xml", samples.sad()), ("cut.xml", samples.sad()[:3000]))
    text = broker.get(answer["Location"]).content.decode()
    assert f"{answer['Location']}1/" in text
    assert f"{answer['Location']}2/" not in text
    assert "XmlBroken" in text


def test_a_read_declaration_is_lodged_with_its_file(broker):
    page = send(broker, record_file(import_record()))["Location"]
    answer = broker.post(page, {"act": "lodge.1"})
    lodged = Declaration.objects.get()
    assert answer["Location"] == f"/declarations/{lodged.key}/"
    version = Version.objects.get()
    assert (version.source, version.source_name) == (StoredFile.objects.get().sha256, "record.json")


def test_the_same_file_twice_is_the_same_declaration(broker):
    broker.post(send(broker, record_file(import_record()))["Location"], {"act": "lodge.1"})
    second = send(broker, record_file(import_record()))["Location"]
    text = broker.get(second).content.decode()
    lodged = Declaration.objects.get()
    assert f"/declarations/{lodged.key}/" in text
    assert 'value="lodge.1"' not in text
    assert broker.post(second, {"act": "lodge.1"})["Location"] == f"/declarations/{lodged.key}/"
    assert Declaration.objects.count() == 1


def test_what_cannot_be_lodged_yet_is_kept_as_a_draft_with_its_file(broker):
    page = send(broker, ("sad.xml", samples.sad(samples.JAMAICA)))["Location"]
    answer = broker.post(page, {"act": "keep.1"})
    draft = Draft.objects.get()
    assert answer["Location"] == f"/declarations/drafts/{draft.key}/review/"
    assert (draft.source_name, draft.source_format) == ("sad.xml", "asycuda")
    assert "sad.xml" in broker.get(answer["Location"]).content.decode()
    assert f"/declarations/drafts/{draft.key}/review/" in broker.get(page).content.decode()


def test_a_kept_draft_is_lodged_with_the_file_that_it_came_in(broker):
    page = send(broker, record_file(import_record()))["Location"]
    review = broker.post(page, {"act": "keep.1"})["Location"]
    broker.post(review, {"act": "lodge", "version": "1"})
    assert Version.objects.get().source_name == "record.json"


def test_a_refused_lodging_says_why_on_the_page_of_the_file(broker):
    page = send(broker, record_file(import_record(items=())))["Location"]
    answer = broker.post(page, {"act": "lodge.1"})
    assert (answer.status_code, "NotAWholeDeclaration" in answer.content.decode()) == (422, True)
    assert not Declaration.objects.exists()


@pytest.fixture
def two_readings(broker):
    record = import_record(declared_on=None, verbatim={"declared_on": "03/04/2026"})
    return send(broker, record_file(record))["Location"]


def test_a_date_with_two_readings_waits_for_its_reader(broker, two_readings):
    text = broker.get(two_readings).content.decode()
    assert 'name="reading.1.declared_on" value="2026-03-04"' in text
    assert 'name="reading.1.declared_on" value="2026-04-03"' in text
    assert broker.post(two_readings, {"act": "lodge.1"}).status_code == 422
    assert not Declaration.objects.exists()


def test_the_chosen_reading_is_lodged_and_kept_under_the_readers_name(broker, two_readings, world):
    broker.post(two_readings, {"act": "lodge.1", "reading.1.declared_on": "2026-04-03"})
    assert sad.loads(Version.objects.get().record).declared_on == "2026-04-03"
    assert DateReading.objects.get().by == world.broker.key
    assert not Draft.objects.exists()


@pytest.mark.parametrize("reading", ["2026-12-24", "yesterday"])
def test_a_day_that_the_text_cannot_mean_is_not_taken(broker, two_readings, reading):
    answer = broker.post(two_readings, {"act": "lodge.1", "reading.1.declared_on": reading})
    assert answer.status_code == 422
    assert not Declaration.objects.exists()


def test_all_that_is_ready_is_lodged_at_once_and_again_changes_nothing(broker):
    records = [import_record(f"T-{number}") for number in range(3)] + [import_record("T-9", items=())]
    page = send(broker, record_file(*records))["Location"]
    assert broker.get(page).content.decode().count('data-label="') > 8
    assert broker.post(page, {"act": "lodge_all"})["Location"] == page
    broker.post(page, {"act": "lodge_all"})
    assert Declaration.objects.count() == 3
    assert "T-9" in broker.get(f"{page}?declaration=4").content.decode()


def test_a_spreadsheet_of_several_declarations_is_listed(broker):
    text = broker.get(send(broker, sheet_file(["D1", "D2"]))["Location"]).content.decode()
    assert "alces" in text
    assert "?declaration=2" in text


def test_an_unknown_act_on_a_file_changes_nothing(broker):
    page = send(broker, record_file(import_record()))["Location"]
    for act in ("lodge.7", "drop.1", ""):
        assert broker.post(page, {"act": act})["Location"] == page
    assert not Declaration.objects.exists()


def test_another_house_does_not_see_the_files(broker, client, world):
    page = send(broker, record_file(import_record()))["Location"]
    client.force_login(world.rival)
    for path in (page, page.removesuffix("1/")):
        answer = client.get(path)
        assert "UploadGone" in answer.content.decode()
    assert client.post(page, {"act": "lodge.1"}).status_code == 422
    assert not Declaration.objects.exists()


@pytest.fixture
def many(broker, monkeypatch):
    monkeypatch.setattr(uploads, "AT_ONCE_FILES", 1)
    contents = [("good.xml", samples.sad()), ("cut.xml", samples.sad()[:3000]), record_file(import_record())]
    return send(broker, *contents)["Location"]


def test_many_files_are_read_by_the_worker_and_the_page_shows_how_far_it_is(broker, many):
    waiting = broker.get(many).content.decode()
    assert '<progress max="3" value="0">' in waiting
    assert "every 1s" in waiting
    assert read_files.call(many.split("/")[3]) == 3
    done = broker.get(many).content.decode()
    assert "<progress" not in done
    assert f"{many}1/" in done
    assert "XmlBroken" in done
    assert broker.get(f"{many}3/").status_code == 200
    assert not uploads.spool_of(many.split("/")[3]).exists()


def test_stopping_keeps_what_is_read(broker, many):
    assert broker.post(f"{many}stop/")["Location"] == many
    assert read_files.call(many.split("/")[3]) == 0
    assert "<progress" not in broker.get(many).content.decode()
    assert not StoredFile.objects.exists()


def test_a_reading_whose_result_has_gone_does_nothing(broker):
    assert read_files.call("01J00000000000000000000000") == 0
    assert broker.get("/declarations/upload/01J00000000000000000000000/").status_code == 422
