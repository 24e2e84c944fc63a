"""Plans to files and back, without loss."""
