"""What a file is, whether it can be opened safely, whether it is infected, whether it is secret."""
