"""Something to import."""
