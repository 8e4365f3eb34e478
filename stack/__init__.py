"""Set-up of the local stack: `python3 -m stack <command>`, called by the Makefile."""
