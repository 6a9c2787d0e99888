"""Bytes in, proof out: storage and intake of evidence, a library that stands alone."""
