"""The manual's settings for Sphinx: this repository is the source, ``build.py`` beside this file builds it."""

import json
import re
import tomllib
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from autograder.report.pages.typeset import formula

ROOT = Path(__file__).resolve().parents[2]
_ABOUT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

project = "nabla-autograder"
version = release = _ABOUT["version"]
extensions = ["myst_nb"]
root_doc = "docs/index"
include_patterns = ["docs/*.md", "assignments/*/*.ipynb", "CONTRIBUTING.md", "CHANGELOG.md"]
exclude_patterns = [".*", "autograder", "demo", "dist", "grades", "site", "solutions", "tests"]

myst_enable_extensions = ["amsmath", "attrs_block", "dollarmath"]
myst_heading_anchors = 4
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
nb_execution_in_temp = True
nb_execution_timeout = 600

html_theme = "furo"
html_title = f"nabla-autograder {version}"
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_copy_source = False
html_use_index = False
html_search_scorer = str(Path(__file__).with_name("scorer.js"))
html_show_search_summary = False  # it would fetch pages, which a browser refuses for a file that it opened
html_show_sphinx = False
html_show_copyright = False
html_theme_options = {"top_of_page_buttons": []}
templates_path: list[str] = []

_LOG = logging.getLogger(__name__)


def _written(latex: str, *, display: bool) -> str:
    """A formula as MathML, which browsers show without a script."""
    found = str(formula(latex, display=display))
    if found.startswith("<code>"):
        _LOG.warning("this formula cannot be written as MathML: %s", latex)
    return found


def _inline(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(_written(node.astext(), display=False))
    raise nodes.SkipNode


def _block(self: HTML5Translator, node: nodes.math_block) -> None:
    self.body.append(f'<div class="math">{_written(node.astext(), display=True)}</div>')
    raise nodes.SkipNode


def _rooms(app: Sphinx, tree: nodes.document) -> None:
    """Instead of the Mermaid picture of the rooms, which only a script could draw, boxes with what each one uses."""
    for block in tree.findall(nodes.literal_block):
        if block.get("language") == "mermaid":
            block.replace_self(nodes.raw("", _boxes(block.astext()), format="html"))


def _boxes(mermaid: str) -> str:
    uses: dict[str, list[str]] = {}
    for source, target in re.findall(r"^ *(\w+) --> (\w+)$", mermaid, re.M):
        uses.setdefault(source, []).append(target)
    floors = re.findall(r'subgraph "(.+?)"\n(.*?)\n *end', mermaid, re.S)
    rows = [
        f"<p>{title}</p><ul>{''.join(_box(room, uses.get(room, [])) for room in rooms.split())}</ul>"
        for title, rooms in floors
    ]
    return f'<div class="rooms">{"".join(rows)}</div>'


def _box(room: str, uses: list[str]) -> str:
    below = f"<span>uses {', '.join(uses)}</span>" if uses else ""
    return f"<li><code>{room}</code>{below}</li>"


def _notebook(app: Sphinx, page: str, content: list[str]) -> None:
    """A notebook as a page: its attached pictures as any other, one title, the checks' long cell behind a click."""
    if app.env.doc2path(page).suffix != ".ipynb":
        return
    notebook = json.loads(content[0])
    titles = 0
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        for name, kinds in cell.get("attachments", {}).items():
            kind, picture = next(iter(kinds.items()))
            text = text.replace(f"attachment:{name}", f"data:{kind};base64,{''.join(picture)}")
        if cell["cell_type"] == "markdown" and text.startswith("# "):
            text = f"#{text}" if titles else text
            titles += 1
        if "= autograder.Notebook(" in text:
            cell["metadata"]["tags"] = [*cell["metadata"].get("tags", []), "hide-input"]
        cell["source"] = text
    content[0] = json.dumps(notebook)


class _Mistakes(SphinxTransform):
    """What the search finds by an id: the sections of the catalogue, whose headings begin with one."""

    default_priority = 400

    def apply(self, **options: object) -> None:
        for section in self.document.findall(nodes.section):
            title = section[0]
            if isinstance(title, nodes.title) and isinstance(title[0], nodes.literal):
                self.env.domains.standard_domain.note_object("mistake", title[0].astext(), section["ids"][0], section)


def setup(app: Sphinx) -> None:
    """What Sphinx calls."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.add_object_type("mistake", "mistake", objname="mistake")
    app.add_transform(_Mistakes)
    app.connect("source-read", _notebook)
    app.connect("doctree-read", _rooms)


html_math_renderer = "mathml"
