"""Shape of what brokers and officers type, job by job."""
