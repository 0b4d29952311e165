"""Signed messages of other systems: who may send them, how they sign, and which came before."""
