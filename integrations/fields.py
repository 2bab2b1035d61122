"""Where the first migration looks for the field."""

from accounts.encryption import EncryptedTextField

__all__ = ["EncryptedTextField"]
