"""What is worked out of records, and who may see it."""
