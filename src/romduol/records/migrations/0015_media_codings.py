"""Places in pictures, PDFs and recordings bear codes."""

import django.db.models.deletion
import romduol.records.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0014_complaints'),
    ]

    operations = [
        migrations.CreateModel(
            name='MediaCoding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', romduol.records.fields.CodeField(max_length=64)),
                ('page', models.BigIntegerField(null=True)),
                ('first_x', models.BigIntegerField(null=True)),
                ('first_y', models.BigIntegerField(null=True)),
                ('second_x', models.BigIntegerField(null=True)),
                ('second_y', models.BigIntegerField(null=True)),
                ('begin', models.BigIntegerField(null=True)),
                ('end', models.BigIntegerField(null=True)),
                ('coder_mac', romduol.records.fields.HashField(default='', max_length=64)),
                ('at', models.DateTimeField()),
                ('code', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='media_codings', to='records.code')),
                ('incident', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='media_codings', to='records.incident')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='media_codings', to='records.item')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('incident', 'code', 'item', 'page', 'first_x', 'first_y', 'second_x', 'second_y', 'begin', 'end', 'coder_mac'), name='one_coding_a_place', nulls_distinct=False)],
            },
        ),
    ]
