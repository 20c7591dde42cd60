"""Days of complaints are days; words that came with later steps; references found again."""

import django.db.models.deletion
import romduol.records.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0012_heads'),
    ]

    operations = [
        migrations.AddField(
            model_name='complaint',
            name='captured_at',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='complaint',
            name='reference_mac',
            field=romduol.records.fields.HashField(default='', max_length=64),
        ),
        migrations.AddField(
            model_name='complaint',
            name='replied_at',
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name='complaint',
            name='acknowledged_at',
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name='complaint',
            name='appeal_decided_at',
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name='complaint',
            name='appealed_at',
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name='complaint',
            name='closed_at',
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name='complaint',
            name='decided_at',
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name='complaint',
            name='reappeared_at',
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name='complaint',
            name='submitted_at',
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name='complaintcheck',
            name='at',
            field=models.DateField(),
        ),
        migrations.CreateModel(
            name='ComplaintNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', romduol.records.fields.CodeField(max_length=64)),
                ('at', models.DateTimeField()),
                ('card', models.OneToOneField(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='records.sealedobject')),
                ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='records.complaint')),
            ],
        ),
    ]
