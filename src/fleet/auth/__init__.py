"""Who asks, and what they may: passwords, access tokens, refresh cookies. Owns auth.* through its functions."""
