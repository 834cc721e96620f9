"""What has been kept long enough leaves: raw rows by way of the archive, whole chunks, small batches."""
