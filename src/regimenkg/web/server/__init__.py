"""The server: a supervisor and the processes that answer."""
