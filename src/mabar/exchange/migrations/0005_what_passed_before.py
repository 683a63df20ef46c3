from django.db import migrations

from mabar.exchange.protocol import statements

AT_ONCE = 1_000


def fill(apps, schema_editor):
    """Tell of each message stored before what its statement says: purpose and terms."""
    received = apps.get_model('exchange', 'Received').objects.using(schema_editor.connection.alias)
    last = 0
    while rows := list(received.filter(pk__gt=last).order_by('pk').only('pk', 'statement')[:AT_ONCE]):
        last = rows[-1].pk
        told = [row for row in rows if _tell(row)]
        received.bulk_update(told, ['purpose', 'terms'])


def _tell(row):
    said = statements.read(bytes(row.statement)).said
    row.purpose, row.terms = said.purpose or '', said.terms or ''
    return bool(row.terms)


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0004_what_passed'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
