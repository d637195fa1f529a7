"""The canned queries: one ``.rq`` file each, read, checked, and run with values."""
