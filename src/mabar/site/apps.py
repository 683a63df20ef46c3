"""How Django meets the front of the node."""

import gc

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Settings, addresses, command line and look."""

    name = "mabar.site"
    label = "site"

    def ready(self) -> None:
        """Offer the search to whoever may find something, and set aside what stays."""
        from django.utils.translation import gettext_lazy as _

        from mabar.base.screens import Entry, offer
        from mabar.site.pages_search import KINDS

        verbs = tuple(verb for kind in KINDS for verb in (kind.at_places, kind.of_own_house))
        offer(Entry(_("Search"), "search", verbs, order=40))
        # This app is the last to be ready.  What is loaded by now stays as long as the process does; searching it for
        # garbage again and again took a fifth of the time of lodging a file.
        gc.freeze()
