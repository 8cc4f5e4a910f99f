"""What a student gave, before it is judged: nothing, a formula, a function, numbers, or something else.

``reading.py`` tells them apart, ``arrays.py`` and ``values.py`` shape and name numbers, ``source.py`` looks in the
notebook's own cells for what makes an answer. On the other side of the comparison ``given.py`` reads what authors give
besides the function, and ``handed.py`` makes what a student's own function is called with.
"""
