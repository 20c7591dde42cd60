"""Django's name for this package."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The index."""

    name = "romduol.records"
    label = "records"
