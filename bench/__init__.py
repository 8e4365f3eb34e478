"""`make bench`: how fast the product is, always beside a yardstick that is measured in the same minutes."""
