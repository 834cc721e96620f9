"""The log: appending to it (`append`), and following it (`follow`)."""
