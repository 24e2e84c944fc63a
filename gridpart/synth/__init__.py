"""A made-up city that looks like one, from a seed."""
