"""The log parsed again by another version of the parser: what would change, and making it so.

Facts are never overwritten: the new version's stand beside the old ones, and events.ledger says which count.
"""
