"""The command line: ``louyu``. Each command imports what it needs when it runs, so that a small one stays quick."""
