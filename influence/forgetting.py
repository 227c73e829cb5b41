"""What an analysis keeps in files goes when its row goes."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from influence.blocks import folder_of
from influence.keeping import delete_arrays, delete_folder
from influence.models import Analysis


@receiver(post_delete, sender=Analysis)
def forget_files(instance: Analysis, **kwargs) -> None:
    """Delete the files once the row is gone for good: a file without a row does no harm."""
    for name in (instance.samples.name, instance.picture.name):
        transaction.on_commit(partial(delete_arrays, name), robust=True)
    if instance.samples:
        transaction.on_commit(partial(delete_folder, folder_of(instance)), robust=True)
