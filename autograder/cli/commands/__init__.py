"""One module a command or family of commands, imported when it is used: it parses, calls one function, says the result.

``COMMANDS`` in :mod:`autograder.cli` lists them; a new command is a function here and a line there.
"""
