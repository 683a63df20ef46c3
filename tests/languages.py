"""The languages in which a page is opened by the tests that open it in each."""

import pytest

# No question to the database depends on the reader's language (tests/architecture/test_questions.py), so the run on
# PostgreSQL asks in one.
EACH_LANGUAGE = ["ar", *(pytest.param(language, marks=pytest.mark.sqlite) for language in ("fr", "en"))]
