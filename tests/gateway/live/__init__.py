"""What is followed: over sockets and over streams."""
