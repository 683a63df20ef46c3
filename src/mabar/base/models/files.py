"""Files that lie in the node's folder under the SHA-256 of their content."""

from django.db import models


class StoredFile(models.Model):
    """One content, kept once however often it was handed in."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    bytes = models.BigIntegerField()
    media_type = models.CharField(max_length=80)
    first_kept_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256[:12]
