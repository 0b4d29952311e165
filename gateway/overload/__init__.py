"""What keeps a gateway answering when more is asked of it than it can do, and says so when it cannot."""
