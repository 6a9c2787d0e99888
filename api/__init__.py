"""The shell: web, command line and background jobs; it translates and decides nothing."""
