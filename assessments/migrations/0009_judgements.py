"""A result may be judged on further bases, such as チーム基準; 会社基準 stays in the result itself."""


import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0008_default_of_unknown_type'),
    ]

    operations = [
        migrations.CreateModel(
            name='Judgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('basis', models.CharField(max_length=50, verbose_name='基準')),
                ('grade', models.CharField(blank=True, default='', max_length=10, verbose_name='判定')),
                ('overall_score', models.DecimalField(blank=True, decimal_places=1, max_digits=3, null=True, verbose_name='総合スコア')),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='judgements', to='assessments.assessment', verbose_name='検査結果')),
            ],
            options={
                'verbose_name': 'ほかの基準での判定',
                'verbose_name_plural': 'ほかの基準での判定',
                'ordering': ['basis'],
                'constraints': [models.UniqueConstraint(fields=('assessment', 'basis'), name='assessments_judgement_one_a_basis'), models.CheckConstraint(condition=models.Q(('basis__in', ['', '会社基準']), _negated=True), name='assessments_judgement_basis_is_a_further_one'), models.CheckConstraint(condition=models.Q(('overall_score__isnull', True), models.Q(('overall_score__gte', 0), ('overall_score__lte', 10)), _connector='OR'), name='assessments_judgement_overall_score_0_to_10'), models.CheckConstraint(condition=models.Q(models.Q(('grade', ''), _negated=True), ('overall_score__isnull', False), _connector='OR'), name='assessments_judgement_says_something')],
            },
        ),
    ]
