"""The student's side: the ``grader`` of a handed-out notebook, what its checks say, and whether the file was saved.

Light on purpose: ``notebook`` is imported in the student's kernel, and in the jail, where Otter is
a stub.
"""
