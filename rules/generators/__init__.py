"""Seeded made-up data with planted violations; never imported by the engine."""
