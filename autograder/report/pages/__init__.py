"""The pages as HTML text: from records to what a browser shows, without writing a file.

``html.py`` fills the templates in ``templates/``; ``attention.py`` words what a person has to do, ``charts.py`` places
the drawings, ``typeset.py`` makes MathML, coloured code and prose safe to show.
"""
