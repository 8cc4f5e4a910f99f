"""A local page at which a person decides: question by question, equal answers at once, with the keyboard.

``server.py`` (who may ask), ``acts.py`` (what is done when asked), ``pages.py`` (as HTML; ``templates/``,
``static/``), ``desk.py`` (the open folder: what is shown, who is next), ``book.py`` (decisions in the journal,
versions, undo), ``answers.py`` (what one student answered), ``groups.py`` with ``equal.py`` and ``texts.py`` (who
answered the same; one group as somebody sees it), ``filters.py`` (which answers are looked at),
``rubric.py`` (comments with points), ``figures.py`` (a student's own figures, drawn again in the jail).
"""

from autograder.desk.desk import Desk
from autograder.desk.figures import Painter
from autograder.desk.server import Place, serve

__all__ = ["Desk", "Painter", "Place", "serve"]
