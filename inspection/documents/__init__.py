"""Documents people sign and read: frozen values in, deterministic PDF bytes out.

Nothing here reads a database, a clock, a locale or the environment.
"""
