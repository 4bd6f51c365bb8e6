"""Plain statistics on arrays, and what is drawn again to say how sure they are."""
