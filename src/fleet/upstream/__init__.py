"""The vendor's cloud as this installation may call it: whose account, at what pace, with which token."""
