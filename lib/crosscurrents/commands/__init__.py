"""The commands of the command line, a module each.

A module has WHAT, one line of help; add_arguments(parser); and run(options), which returns the exit
code and raises ValueError on bad input.
"""
