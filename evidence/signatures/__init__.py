"""Signatures that others put on their evidence: checked, told in three verdicts, never repaired."""
