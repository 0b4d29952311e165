"""What the cache promises: nothing too old, nothing twice, nothing after an invalidation."""
