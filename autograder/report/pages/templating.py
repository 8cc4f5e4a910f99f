"""How templates are read: escaped, translated, and compiled once for all commands.

To compile them takes longer than to draw a page, so their bytecode is kept in the user's own cache, where it can be.
"""

import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

from autograder.errors import UsageError
from autograder.locale import catalogue
from autograder.origin import own_cache
from autograder.report.table import write_atomically


def environment(language: str, *packages: str, lstrip_blocks: bool = False) -> jinja2.Environment:
    """The templates of some packages, each of which has a folder ``templates/``; what is put into them is escaped."""
    packed = repr((packages, lstrip_blocks, jinja2.__version__, sys.implementation.cache_tag))
    folder = own_cache("templates")
    made = jinja2.Environment(
        loader=jinja2.ChoiceLoader([jinja2.PackageLoader(package) for package in packages]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=lstrip_blocks,
        auto_reload=False,
        bytecode_cache=None if folder is None else Compiled(folder, sha256(packed.encode()).hexdigest()),
    )
    made.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    return made


class Compiled(BytecodeCache):
    """Bytecode of templates in a folder; what is damaged or cannot be kept is compiled again.

    Args:
        folder: nobody else may be able to write there.
        name: of the environment: the same template is other bytecode in another one.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name

    def _path(self, bucket: Bucket) -> Path:
        return self._folder / f"{self._name}-{bucket.key}"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is kept, if it is all there."""
        try:
            kept = self._path(bucket).read_bytes()
        except OSError:
            return
        content = kept[32:]
        if kept[:32] == sha256(content).digest():
            bucket.bytecode_from_string(content)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it, where there is room."""
        content = bucket.bytecode_to_string()
        with suppress(UsageError):
            write_atomically(self._path(bucket), sha256(content).digest() + content)
