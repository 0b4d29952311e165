"""Tests of the sources: the contract, the numbers, and every adapter."""
