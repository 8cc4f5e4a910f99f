"""Which names of a notebook are the judge's own: builtins, modules and functions of libraries, by import name.

A test compares with ``np.isclose``, ``abs`` and ``simplify``. If those were looked up among the student's objects the
student would decide what is equal, and would be told what it is compared with. So a module is the judge's own module of
that name, ``isclose`` from ``numpy`` the judge's own function; and where a notebook has bound something else to a name
by which tests compare, there is only something opaque.
"""

import builtins
import importlib.metadata
import sys
import sysconfig
from collections.abc import Collection
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

__all__ = ["COMPARERS", "compares", "module", "named", "submodules"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


COMPARERS = _words(
    "isclose is_close allclose all_close close array_equal array_equiv equal equals not_equal "
    "almost_equal approx assert_allclose assert_almost_equal assert_approx_equal "
    "assert_array_almost_equal assert_array_equal assert_equal assert_array_less assert_array_compare "
    "assert_frame_equal assert_series_equal assert_index_equal assert_array_max_ulp simplify trigsimp "
    "nsimplify radsimp ratsimp powsimp logcombine expand expand_trig cancel together Eq Ne absolute fabs "
    "testing"
)
"""Under these names a test finds what compares for it, as a function or an attribute."""
_HARMLESS = _words(
    "numpy scipy sympy jax jaxlib pandas math cmath statistics itertools functools operator fractions "
    "decimal numbers collections datetime random string re json copy calendar matplotlib mpl_toolkits "
    "seaborn mpmath networkx sklearn statsmodels datascience typing heapq bisect textwrap pprint time "
    "enum dataclasses contextlib abc array xml html unicodedata zoneinfo graphlib keyword secrets hashlib "
    "base64 csv"
)
"""Libraries whose modules may stand under any name; another one stands under its own only: ``import pickle as json``
must not make a test unpickle a student's text."""
_NEVER = _words("autograder otter antigravity this idlelib turtle turtledemo test lib2to3 pip tkinter IPython")
_FUNCTIONS = _words(
    "numpy scipy sympy jax pandas math cmath statistics itertools functools operator fractions decimal "
    "numbers collections datetime random string copy calendar builtins typing mpmath heapq bisect enum "
    "dataclasses textwrap matplotlib datascience time json re"
)
"""Libraries whose functions and classes the judge takes for itself."""
_REFUSED = _words(
    "load loads loadtxt genfromtxt fromfile memmap open_memmap save savez savez_compressed savetxt tofile "
    "fromregex DataSource eval exec compile open input breakpoint __import__ exit quit getattr setattr "
    "delattr globals locals vars sympify S parse_expr lambdify autowrap ufuncify preview read_pickle "
    "read_csv read_html read_sql read_excel read_json read_parquet to_pickle ExcelFile ExcelWriter "
    "HDFStore attrgetter methodcaller itemgetter partial reduce system run_module"
)
"""What reads files, or runs what it is given: in the jail it may."""
_OWN = frozenset(dir(builtins))


def compares(name: str) -> bool:
    """Whether tests look under this name for what compares or measures, so that nothing of a student's may stand there.

    >>> compares("abs"), compares("isclose"), compares("slope")
    (True, True, False)
    """
    return name in _OWN or name in COMPARERS or name in _usual_names()


@cache
def _usual_names() -> frozenset[str]:
    return _words("np sp pd plt jnp npt la st tf mpl sns nx sm math numpy sympy scipy jax pandas random")


def module(bound: str | None, name: str, words: Collection[str] | None) -> ModuleType | None:
    """The judge's own module; None where there is none, or none may be taken.

    Args:
        bound: the name under which the notebook has it; None inside something else.
        name: the module's own.
        words: of the test: what it does not mention is not imported for it. None: whatever is asked for.
    """
    top = name.partition(".")[0]
    if not _may_import(name) or (top not in _HARMLESS and bound not in (name.rpartition(".")[2], top)):
        return None
    if name not in sys.modules and words is not None and bound not in words:
        return None
    return _imported(name)


def named(bound: str | None, public: str, words: Collection[str] | None) -> Any:
    """The judge's own function or class of a library, where the notebook has it under the library's own name.

    None elsewhere: it is called where it is.
    """
    place, _, name = public.partition(":")
    place = _seen(place)
    top, short = place.partition(".")[0], name.rpartition(".")[2]
    if top == "builtins" and bound is None and isinstance(getattr(builtins, name, None), type):
        return getattr(builtins, name)
    if bound is None or top not in _FUNCTIONS or {short, bound} & _REFUSED or not _may_import(place):
        return None
    if place not in sys.modules and words is not None and bound not in words:
        return None
    found: Any = _imported(place)
    for part in name.split("."):
        found = getattr(found, part, None)
    # sympy.Eq is called Equality
    return found if bound == short or getattr(_imported(top), bound, None) is found else None


def _seen(place: str) -> str:
    """The module through which people get what is in a private one: ``numpy.testing._private.utils`` → ``.testing``."""
    parts = place.split(".")
    private = next((at for at, part in enumerate(parts) if part.startswith("_")), len(parts))
    return ".".join(parts[: private or len(parts)])


def submodules(words: Collection[str], loaded: Collection[str]) -> None:
    """Import what the notebook has imported of a package and a test may ask it for: ``matplotlib`` → ``.axes``."""
    for name in loaded:
        package, _, last = name.rpartition(".")
        if last in words and name not in sys.modules and package.partition(".")[0] in words and _may_import(name):
            _imported(name)


def _may_import(name: str) -> bool:
    parts = name.split(".")
    if parts[0] in _NEVER or any(part.startswith("_") or part in ("tests", "conftest", "test") for part in parts):
        return False
    return parts[0] in sys.stdlib_module_names or _is_installed(parts[0])


@cache
def _is_installed(top: str) -> bool:
    """Whether a distribution brought it, and not the current folder."""
    try:
        spec = find_spec(top) if top.isidentifier() else None
    except (ImportError, ValueError):
        return False
    if spec is None:
        return False
    # What lies where packages are installed needs no look through the files of all distributions, which takes 0.3 s.
    site = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    if spec.origin is not None and any(Path(spec.origin).is_relative_to(folder) for folder in site):
        return True
    return top in _distributed()


@cache
def _distributed() -> frozenset[str]:
    return frozenset(importlib.metadata.packages_distributions())


@cache
def _imported(name: str) -> ModuleType | None:
    try:
        return import_module(name)
    except Exception:  # whatever a library does where it cannot be used
        return None
