"""Administration: what operators state of the fleet, from the API and the command line, by way of the log."""
