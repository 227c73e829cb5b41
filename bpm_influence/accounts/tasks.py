"""Accounts: thin entries for the timer."""

from celery import shared_task

from bpm_influence.accounts.audit import remove_old_entries


@shared_task(name="accounts.tidy_audit", ignore_result=True)
def tidy_audit():
    """Remove audit entries past their retention time."""
    remove_old_entries()
