"""How Django meets declarations: openers of messages, due acts and what search finds are named when the node starts."""

from django.apps import AppConfig


class DeclarationsConfig(AppConfig):
    """The declarations of this node."""

    name = "mabar.declarations"
    label = "declarations"

    def ready(self) -> None:
        """Name the openers of the inbox, the commands that the clock may call, what search finds, and the menu."""
        from mabar.base import screens
        from mabar.crossings.queries import advance_share, beside, told_papers
        from mabar.declarations import finding, inbox, menu, tasks
        from mabar.declarations.advance_notes import notes_on, words_ahead
        from mabar.declarations.operator_notes import note_on
        from mabar.declarations.queries import beside as papers_beside
        from mabar.declarations.queries import stamps

        inbox.register()
        tasks.register()
        finding.register()
        beside.register(notes_on)
        advance_share.register(words_ahead)
        papers_beside.tell_of_records(note_on)
        told_papers.register(stamps.stamps_of)
        for entry in menu.ENTRIES:
            screens.offer(entry)
