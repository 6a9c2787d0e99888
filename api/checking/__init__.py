"""The chain without a server: files in, violations and a draft report out."""
