"""What an officer does, through the whole gateway."""
