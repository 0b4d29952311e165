"""What documents come to, before and after they are executed."""
