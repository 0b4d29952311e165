"""Tests of the `sql` source, on SQLite files and on a real PostgreSQL."""
