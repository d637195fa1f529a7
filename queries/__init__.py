"""The canned queries, one ``.rq`` file each, as package data: no code lives here."""
