"""Where this package was installed from, and so how to install more of it.

A name alone is right only where an index has it: whoever registers a name that is free there runs code on every
machine that asks for it.
"""

import json
import shlex
from importlib.metadata import PackageNotFoundError, distribution
from urllib.parse import unquote, urlsplit

__all__ = ["DISTRIBUTION", "install_line"]

DISTRIBUTION = "nabla-autograder"


def install_line(extra: str = "") -> str:
    """The command that installs this package, with an extra, from the place that it came from.

    >>> _line({"url": "https://example.org/nabla_autograder-0.1.0-py3-none-any.whl"}, "grade")
    "pip install 'nabla-autograder[grade] @ https://example.org/nabla_autograder-0.1.0-py3-none-any.whl'"
    >>> _line({"url": "file:///home/ann/nabla", "dir_info": {"editable": True}}, "grade")
    "pip install -e '/home/ann/nabla[grade]'"
    >>> _line(None, "")
    'pip install nabla-autograder'
    """
    try:
        told = distribution(DISTRIBUTION).read_text("direct_url.json")
    except PackageNotFoundError:
        told = None
    return _line(json.loads(told) if told else None, extra)


def _line(told: dict[str, object] | None, extra: str) -> str:
    """From what an installer notes of an address (PEP 610); there is no note where an index was asked."""
    bracket = f"[{extra}]" if extra else ""
    if told is None:
        return f"pip install {shlex.quote(DISTRIBUTION + bracket)}"
    address = str(told["url"])
    folder = told.get("dir_info")
    if isinstance(folder, dict):
        path = unquote(urlsplit(address).path)
        editable = "-e " if folder.get("editable") else ""
        return f"pip install {editable}{shlex.quote(path + bracket)}"
    return f"pip install {shlex.quote(f'{DISTRIBUTION}{bracket} @ {address}')}"
