"""What is known of one thing, for a person or a program."""
