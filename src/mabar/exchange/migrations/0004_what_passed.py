from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0003_reopenings'),
    ]

    operations = [
        migrations.AddField(
            model_name='received',
            name='purpose',
            field=models.CharField(blank=True, max_length=48),
        ),
        migrations.AddField(
            model_name='received',
            name='terms',
            field=models.CharField(blank=True, max_length=48),
        ),
        migrations.AddIndex(
            model_name='received',
            index=models.Index(condition=models.Q(('terms', ''), _negated=True), fields=['stored_at', 'kind', 'stream', 'terms', 'purpose'], name='received_under_terms'),
        ),
        migrations.AddIndex(
            model_name='sent',
            index=models.Index(condition=models.Q(('terms', ''), _negated=True), fields=['numbered_at', 'kind', 'stream', 'terms', 'purpose'], name='sent_under_terms'),
        ),
    ]
