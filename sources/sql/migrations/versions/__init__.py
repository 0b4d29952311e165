"""One file a step, forwards only. A step that was released is never changed."""
