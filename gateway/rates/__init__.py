"""Rates: how much each caller may ask for in a minute."""
