"""What keeps a gateway answering when too much is asked of it."""
