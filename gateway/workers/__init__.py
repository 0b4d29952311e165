"""Several processes behind one port: a parent that holds the port, watches its workers and replaces them."""
