"""Other people's clients, suites and tools, as they come, against a gateway in a process of its own."""
