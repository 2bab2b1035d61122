"""Backups of database and keys: taken while the product runs, restored in one piece, made daily for one machine."""

from integrations.operations.backup.daily import Last, is_automatic, last

__all__ = ["Last", "is_automatic", "last"]
