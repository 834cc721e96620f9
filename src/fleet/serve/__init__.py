"""The typed API and the pages: a handler is authorisation and one SQL function."""
