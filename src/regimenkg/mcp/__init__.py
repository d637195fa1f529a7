"""An MCP server: a few tools with which an assistant finds questions and asks them.

Source: the Model Context Protocol. Clients put the description of every tool into each
conversation, and take some forty at most, so the canned queries are no tools of their own:
``find_question`` finds them and ``ask`` runs them. Tools only read. What is wrong with a call is
given back as its result, with a hint, so that the assistant can correct itself.
"""
