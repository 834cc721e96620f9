"""State made anew from the log: whole tables, parts of them, and the question whether they are what the log says.

Folds write tables and nothing else, so nothing leaves the platform when facts are folded again.
"""
