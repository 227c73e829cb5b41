from django.db import migrations

REFUSE = """
CREATE OR REPLACE FUNCTION accounts_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('bpm_influence.audit_retention', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'The audit log only grows: % is refused.', TG_OP;
END $$;
CREATE TRIGGER accounts_audit_append_only BEFORE UPDATE OR DELETE ON accounts_auditentry
    FOR EACH ROW EXECUTE FUNCTION accounts_audit_refuse();
"""
ALLOW = """
DROP TRIGGER IF EXISTS accounts_audit_append_only ON accounts_auditentry;
DROP FUNCTION IF EXISTS accounts_audit_refuse();
"""


def on_postgresql(statements):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(statements, params=None)

    return run


class Migration(migrations.Migration):
    """On PostgreSQL the database itself keeps the audit log from being changed."""

    dependencies = [("accounts", "0003_audit_log")]
    operations = [migrations.RunPython(on_postgresql(REFUSE), on_postgresql(ALLOW))]
