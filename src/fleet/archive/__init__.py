"""Raw rows that have left the log: written to Parquet files, verified, and read back as rows and as facts."""
