"""The whole platform on a disk, and back: database, objects, and the head of the custody log."""

from inspection.backup.restoring import Restored, restore_backup
from inspection.backup.saving import Saved, save_backup

__all__ = ["Restored", "Saved", "restore_backup", "save_backup"]
