"""What a queue put before a person, and the heads that a book taught."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import romduol.records.fields


class Migration(migrations.Migration):
    dependencies = [("records", "0013_quotes")]

    operations = [
        migrations.CreateModel(
            name="Drawn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("why", romduol.records.fields.CodeField(max_length=64)),
                ("seed", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("suggestion", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="draws", to="records.suggestion")),
            ],
        ),
        migrations.CreateModel(
            name="OwnHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                ("decisions", models.IntegerField()),
                ("drawn", models.IntegerField()),
                ("before", models.FloatField()),
                ("after", models.FloatField()),
                ("state", romduol.records.fields.CodeField(max_length=64)),
                ("at", models.DateTimeField()),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.member")),
                ("sealed", models.OneToOneField(on_delete=django.db.models.deletion.RESTRICT, related_name="+", to="records.sealedobject")),
                ("woman", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="own_heads", to="records.woman")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("woman", "number"), name="own_heads_numbered")],
            },
        ),
    ]
