"""The tables of search: plain rows and indexes, so that SQLite and PostgreSQL find the same."""

from django.db import models


class SearchEntry(models.Model):
    """One thing that can be found: what a page of results shows of it.  Its id grows with the journal."""

    kind = models.CharField(max_length=48)
    subject = models.CharField(max_length=64)
    place = models.CharField(max_length=32, blank=True)
    owner = models.CharField(max_length=48, blank=True)
    title = models.CharField(max_length=200)
    happened_at = models.DateTimeField()
    position = models.BigIntegerField()

    class Meta:
        # subject first: were it the kind, SQLite would sort all of a kind to show its newest fifty
        constraints = [models.UniqueConstraint(name="a_subject_is_found_once", fields=["subject", "kind"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class SearchWord(models.Model):
    """A distinct word of all entries, folded, with its stem and the number of entries that hold it."""

    text = models.CharField(max_length=64, unique=True)
    stem = models.CharField(max_length=64)
    entries = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(name="words_of_a_stem", fields=["stem"])]

    def __str__(self) -> str:
        return self.text


class SearchTrigram(models.Model):
    """Three letters in a row of a word."""

    trigram = models.CharField(max_length=3)
    word = models.ForeignKey(SearchWord, on_delete=models.PROTECT, related_name="trigrams")

    class Meta:
        constraints = [models.UniqueConstraint(name="a_trigram_of_a_word_once", fields=["trigram", "word"])]

    def __str__(self) -> str:
        return self.trigram


class SearchPosting(models.Model):
    """That an entry holds a word."""

    # the constraint below already serves "which entries hold this word, newest first"
    word = models.ForeignKey(SearchWord, on_delete=models.PROTECT, related_name="postings", db_index=False)
    entry = models.ForeignKey(SearchEntry, on_delete=models.PROTECT, related_name="postings")

    class Meta:
        constraints = [models.UniqueConstraint(name="an_entry_holds_a_word_once", fields=["word", "entry"])]

    def __str__(self) -> str:
        return f"{self.word_id} in {self.entry_id}"


class SearchIdentifier(models.Model):
    """A number, plate or reference of an entry, whole or one of its parts, in the letters a-z and 0-9."""

    text = models.CharField(max_length=64)
    entry = models.ForeignKey(SearchEntry, on_delete=models.PROTECT, related_name="identifiers")

    class Meta:
        constraints = [models.UniqueConstraint(name="an_identifier_of_an_entry_once", fields=["text", "entry"])]

    def __str__(self) -> str:
        return self.text


class SearchCursor(models.Model):
    """How far the index has followed the journal."""

    name = models.CharField(max_length=16, primary_key=True)
    position = models.BigIntegerField()
    moved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.position}"
