"""Suggestions know the file inside their item; campaigns and pile-ons keep what they look like."""

from __future__ import annotations

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import romduol.records.fields


def look_again(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """What nobody decided is made anew: in an archive it did not say in which file it stands."""
    apps.get_model("records", "Suggestion").objects.filter(decisions=None).delete()
    apps.get_model("records", "Examination").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("records", "0010_suggestions")]

    operations = [
        migrations.RunPython(look_again, migrations.RunPython.noop),
        migrations.AddField(
            model_name="retreatanswer",
            name="driver",
            field=romduol.records.fields.CodeField(default="", max_length=64),
        ),
        migrations.CreateModel(
            name="Gathering",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first", models.DateTimeField()),
                ("peak", models.DateTimeField(null=True)),
                ("last", models.DateTimeField()),
                ("accounts", models.IntegerField()),
                ("new_accounts", models.IntegerField(null=True)),
                ("together", models.IntegerField(default=0)),
                ("posts", models.IntegerField()),
                ("objects_shared", models.IntegerField(null=True)),
                ("usual", models.FloatField(null=True)),
                ("rare", models.FloatField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="suggestedrecord",
            name="one_row_a_suggested_record",
        ),
        migrations.RemoveConstraint(
            model_name="suggestion",
            name="one_suggestion_a_term",
        ),
        migrations.AddField(
            model_name="suggestedrecord",
            name="member",
            field=romduol.records.fields.CodeField(default="", max_length=64),
        ),
        migrations.AddField(
            model_name="suggestion",
            name="member",
            field=romduol.records.fields.CodeField(default="", max_length=64),
        ),
        migrations.AddConstraint(
            model_name="suggestedrecord",
            constraint=models.UniqueConstraint(
                fields=("suggestion", "item", "member", "record"), name="one_row_a_suggested_record"
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.UniqueConstraint(
                fields=("item", "member", "record", "scheme", "term", "model"),
                name="one_suggestion_a_term",
            ),
        ),
        migrations.AddField(
            model_name="gathering",
            name="suggestion",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="gathering",
                to="records.suggestion",
            ),
        ),
    ]
