"""A type that a file names and nobody has told us is kept as text."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0002_reference_rows'),
        ('employees', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='assessment',
            name='unknown_type',
            field=models.CharField(blank=True, db_default='', default='', max_length=100, verbose_name='設定にない16タイプ'),
        ),
        migrations.AddIndex(
            model_name='assessment',
            index=models.Index(condition=models.Q(('unknown_type', ''), _negated=True), fields=['unknown_type'], name='assessments_by_unknown_type'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(('unknown_type', ''), ('personality_type__isnull', True), _connector='OR'), name='assessments_assessment_type_is_known_or_not'),
        ),
    ]
