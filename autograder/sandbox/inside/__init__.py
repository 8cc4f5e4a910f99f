"""What runs in the jail: the warm template process, and the process of one submission that is forked from it.

Nothing in here is trusted once a student's cell has run: all of it is the student's memory then.
"""
