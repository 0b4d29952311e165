"""Sources: what others know about a customer, asked for many customers at once."""
