"""Contracts in the formats of others, and as files of our own."""
