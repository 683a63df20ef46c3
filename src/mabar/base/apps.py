"""How Django meets the ground: the journal's triggers are made again after every migration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BaseConfig(AppConfig):
    """The ground every package stands on."""

    name = "mabar.base"
    label = "base"

    def ready(self) -> None:
        """Guard the journal after every migration, journal who signs in, and offer the ground's pages."""
        from mabar.base import menu, screens, sign_in, triggers

        post_migrate.connect(triggers.make_after_migration, sender=self)
        sign_in.listen()
        for entry in menu.ENTRIES:
            screens.offer(entry)
