"""Suggestions rest on several messages; decisions are added, never edited; what was looked at."""

from __future__ import annotations

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import romduol.records.fields


def say_refusals(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """What was refused stays refused."""
    then = {"refused": True}  # a column of that time, which the model no longer has
    apps.get_model("records", "Decision").objects.filter(**then).update(state="refused")


class Migration(migrations.Migration):
    dependencies = [("records", "0009_words_and_rounded")]

    operations = [
        migrations.AddField(
            "decision",
            "state",
            romduol.records.fields.CodeField(default="confirmed", max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(say_refusals, migrations.RunPython.noop),
        migrations.RemoveField("decision", "refused"),
        migrations.AlterField(
            "decision",
            "suggestion",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="decisions",
                to="records.suggestion",
            ),
        ),
        migrations.AddField(
            "decision",
            "incident",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="records.incident",
            ),
        ),
        migrations.AddField(
            "decision",
            "coding",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="decisions",
                to="records.coding",
            ),
        ),
        migrations.AddField(
            "suggestion",
            "kind",
            romduol.records.fields.CodeField(default="message", max_length=64),
        ),
        migrations.AddConstraint(
            "suggestion",
            models.UniqueConstraint(
                fields=("item", "record", "scheme", "term", "model"), name="one_suggestion_a_term"
            ),
        ),
        migrations.CreateModel(
            "SuggestedRecord",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True, verbose_name="ID")),
                ("record", models.BigIntegerField()),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="records.item",
                    ),
                ),
                (
                    "suggestion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="others",
                        to="records.suggestion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("suggestion", "item", "record"),
                        name="one_row_a_suggested_record",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "Examination",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True, verbose_name="ID")),
                ("method", romduol.records.fields.CodeField(max_length=64)),
                ("messages", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="examinations",
                        to="records.item",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("item", "method"), name="one_look_a_method")
                ]
            },
        ),
    ]
