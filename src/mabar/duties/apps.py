"""How Django meets duties: what a declaration's page shows of them, and the menu, are named when the node starts."""

from django.apps import AppConfig


class DutiesConfig(AppConfig):
    """The tariffs and assessments of this node."""

    name = "mabar.duties"
    label = "duties"

    def ready(self) -> None:
        """Name who tells of declarations, and the menu."""
        from mabar.base import screens
        from mabar.declarations.queries import beside
        from mabar.duties import menu, notes

        beside.tell_notes(notes.note_on)
        beside.tell_of_records(notes.missing_on)
        beside.tell_of_drafts(notes.missing_in_draft)
        beside.tell_doors(notes.door_of)
        beside.tell_duties(notes.duties_of)
        for entry in menu.ENTRIES:
            screens.offer(entry)
