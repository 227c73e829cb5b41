import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('influence', '0001_initial'),
        ('initiatives', '0002_adoption_events'),
        ('jobs', '0001_initial'),
        ('orgchart', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CollaborationNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('switched_on_at', models.DateTimeField(auto_now_add=True)),
                ('initiative', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='collaboration_notice', to='initiatives.initiative')),
                ('switched_on_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='EventLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('process', 'Event log'), ('collaboration', 'Collaboration')], default='process', max_length=15)),
                ('label', models.CharField(max_length=255)),
                ('file_name', models.CharField(max_length=255)),
                ('stored_file', models.FileField(blank=True, max_length=300, upload_to='event-logs/')),
                ('options', models.JSONField(default=dict, help_text='Relations, window, activities, zone, columns.')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('read_at', models.DateTimeField(blank=True, help_text='When it was last read without errors.', null=True)),
                ('events_count', models.PositiveIntegerField(default=0)),
                ('cases_count', models.PositiveIntegerField(default=0)),
                ('people_count', models.PositiveIntegerField(default=0)),
                ('found', models.JSONField(default=dict, help_text='Format, header, columns, activities, period.')),
                ('figures', models.JSONField(default=dict, help_text='Handovers inside and across lines and departments.')),
                ('matrices', models.FileField(blank=True, max_length=300, upload_to='event-logs/')),
                ('faults', models.JSONField(default=dict, help_text='The first errors and warnings of the last reading.')),
                ('fault_counts', models.JSONField(default=dict, help_text='How many of each kind there are in all.')),
                ('initiative', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='event_logs', to='initiatives.initiative')),
                ('job', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='event_log', to='jobs.job')),
                ('tie_set', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='event_log', to='influence.tieset')),
                ('uploaded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='LogResource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=300)),
                ('events', models.PositiveIntegerField()),
                ('match', models.CharField(choices=[('employee_id', 'by employee id'), ('hand', 'by hand'), ('email', 'by email'), ('account', 'by account name'), ('name', 'by full name'), ('unmatched', 'nobody found'), ('system', 'a system'), ('left_out', 'left out by hand'), ('objected', 'objected')], max_length=12)),
                ('proposals', models.JSONField(blank=True, default=list, help_text='Employee ids of whom it might be.')),
                ('log', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='resources', to='influence.eventlog')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orgchart.person')),
            ],
            options={
                'ordering': ['-events', 'name'],
            },
        ),
        migrations.CreateModel(
            name='ResourceAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('resource', models.CharField(max_length=300, unique=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orgchart.person')),
            ],
            options={
                'verbose_name_plural': 'resource aliases',
            },
        ),
        migrations.AddConstraint(
            model_name='eventlog',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['process', 'collaboration'])), name='event_log_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='eventlog',
            constraint=models.CheckConstraint(condition=models.Q(('tie_set__isnull', True), ('read_at__isnull', False), _connector='OR'), name='counted_log_was_read'),
        ),
        migrations.AddConstraint(
            model_name='logresource',
            constraint=models.UniqueConstraint(fields=('log', 'name'), name='resource_once_per_log'),
        ),
        migrations.AddConstraint(
            model_name='logresource',
            constraint=models.CheckConstraint(condition=models.Q(('match__in', ['employee_id', 'hand', 'email', 'account', 'name', 'unmatched', 'system', 'left_out', 'objected'])), name='resource_match_known'),
        ),
    ]
