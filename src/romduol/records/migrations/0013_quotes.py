"""Quotes under review, exceptions of two members, corrected claims."""

from __future__ import annotations

import django.db.models.deletion
import romduol.records.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0011_gatherings"),
    ]

    operations = [
        migrations.CreateModel(
            name="KnownPeople",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", romduol.records.fields.CodeField(max_length=6)),
                ("role", romduol.records.fields.CodeField(max_length=64)),
                ("people", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("place", "role"), name="one_row_a_role_and_place"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="QuoteReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.BigIntegerField()),
                ("end", models.BigIntegerField()),
                ("text_sha256", romduol.records.fields.HashField(max_length=64)),
                ("witnesses", models.IntegerField(null=True)),
                ("knowing", models.BooleanField(default=False)),
                ("on", models.DateField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.member",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quote_reviews",
                        to="records.item",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="QuoteEdit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("manner", romduol.records.fields.CodeField(max_length=64)),
                ("at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.member",
                    ),
                ),
                (
                    "card",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="records.sealedobject",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.member",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="edits",
                        to="records.quotereview",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReviewException",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", romduol.records.fields.CodeField(max_length=64, unique=True)),
                ("rule", romduol.records.fields.CodeField(max_length=64)),
                ("at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.member",
                    ),
                ),
                (
                    "card",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="records.sealedobject",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.member",
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exceptions",
                        to="records.release",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exceptions",
                        to="records.quotereview",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CorrectedClaim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scheme", romduol.records.fields.CodeField(max_length=64)),
                ("term", romduol.records.fields.CodeField(max_length=64)),
                ("number", models.IntegerField(null=True)),
                ("rule", romduol.records.fields.CodeField(max_length=64)),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrected_by",
                        to="records.release",
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="records.release",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("release", "of", "scheme", "term"), name="one_correction_a_term"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="quotereview",
            constraint=models.UniqueConstraint(
                fields=("item", "start", "end"), name="one_review_a_quote"
            ),
        ),
        migrations.AddConstraint(
            model_name="quotereview",
            constraint=models.CheckConstraint(
                condition=models.Q(("end__gt", models.F("start")), ("start__gte", 0)),
                name="reviewed_quote_has_letters",
            ),
        ),
        migrations.AddConstraint(
            model_name="quoteedit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("checked_by", None),
                    models.Q(("checked_by", models.F("by")), _negated=True),
                    _connector="OR",
                ),
                name="wording_checked_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewexception",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by", None),
                    models.Q(("confirmed_by", models.F("by")), _negated=True),
                    _connector="OR",
                ),
                name="exception_of_two_members",
            ),
        ),
    ]
