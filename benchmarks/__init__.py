"""What the product costs, and what its gates stop: measurements that are run by hand, each a script of its own."""
