import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('influence', '0007_lists_and_plan'),
        ('initiatives', '0002_adoption_events'),
    ]

    operations = [
        migrations.CreateModel(
            name='RecipeLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('layer', models.CharField(choices=[('influence', 'Influence'), ('leadership', 'Leadership')], max_length=10)),
                ('weight', models.FloatField()),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('initiative', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recipe_lines', to='initiatives.initiative')),
                ('relation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='initiatives.relation')),
            ],
            options={
                'ordering': ['relation__name'],
                'constraints': [models.UniqueConstraint(fields=('initiative', 'relation'), name='relation_once_per_recipe'), models.CheckConstraint(condition=models.Q(('weight__gte', 0)), name='recipe_weight_not_negative'), models.CheckConstraint(condition=models.Q(('layer__in', ['influence', 'leadership'])), name='recipe_layer_known')],
            },
        ),
    ]
