"""Is this city usable, is this plan sound? A City or a Plan in, Findings out.

The checks know nothing of how a plan was made: they judge plans that others drew
or broke.
"""
