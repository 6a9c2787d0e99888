"""One migration per file; they run in the order of their `down_revision`."""
