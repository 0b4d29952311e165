"""Measurements: printed, never asserted. `make bench`."""
