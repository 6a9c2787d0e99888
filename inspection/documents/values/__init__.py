"""Everything a document says, frozen: what is not here cannot be printed."""
