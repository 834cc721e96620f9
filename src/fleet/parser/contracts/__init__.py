"""The upstream's contract as typed models, one per endpoint and transport. Its names stop here."""
