"""Is analysed only."""
