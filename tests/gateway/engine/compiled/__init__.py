"""Compiled subtrees, against the library."""
