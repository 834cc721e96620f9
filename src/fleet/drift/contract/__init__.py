"""The check of the upstream's contract: every method asked once, every answer held against the models.

Owns drift.contract_runs and drift.contract_results.
"""
