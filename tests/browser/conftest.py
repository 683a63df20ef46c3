"""What the tests of this folder may ask for."""

from tests.browser.fixtures import browser, chromium, free_windows, running_node, sit

__all__ = ["browser", "chromium", "free_windows", "running_node", "sit"]
