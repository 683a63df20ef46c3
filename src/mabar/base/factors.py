"""Second factors: their secrets lie in the database only under the node's own key."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"mabar second factors 1"
NONCE_BYTES = 12


class FactorAdapter(DefaultMFAAdapter):
    """What this node changes in allauth's second factors."""

    def encrypt(self, text: str) -> str:
        """Seal a secret, so that who reads the database alone cannot make codes (AES-256-GCM)."""
        nonce = os.urandom(NONCE_BYTES)
        return urlsafe_b64encode(nonce + _cipher().encrypt(nonce, text.encode(), PURPOSE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open what `encrypt` has sealed.

        Raises:
            cryptography.exceptions.InvalidTag: it was sealed under another key, or changed.
        """
        sealed = urlsafe_b64decode(encrypted_text)
        return _cipher().decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], PURPOSE).decode()


def _cipher() -> AESGCM:
    kdf = HKDF(hashes.SHA256(), 32, salt=None, info=PURPOSE)
    return AESGCM(kdf.derive(settings.SECRET_KEY.encode()))
