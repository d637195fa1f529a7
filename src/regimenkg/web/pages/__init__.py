"""The pages, each with its twins for programs."""
