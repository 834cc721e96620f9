"""Drift: notices when the upstream begins to send something else than it usually does.

Owns the schema `drift`: the profiles of topics and fields, the listings' expectations, the findings.
"""
