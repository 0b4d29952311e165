"""What happens to the named people, one small function each."""
