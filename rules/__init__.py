"""Tables in, verdicts out: the rules engine, a library that stands alone."""
