"""The digest by which texts are told apart."""

from __future__ import annotations

import hashlib


def sha256(text: str) -> str:
    """Return the SHA-256 of the text in UTF-8, in hexadecimal; lone surrogates count as they stand."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
