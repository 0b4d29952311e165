"""Commands: what an officer does to a record, one file a family, each with its rules."""
