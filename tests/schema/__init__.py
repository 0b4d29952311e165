"""The language: what is printed is what is served."""
