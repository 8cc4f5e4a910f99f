"""What is published: it can be built, an index would take it, and it works where nothing else of ours is."""

import subprocess
import sys
from pathlib import Path

from tests import ROOT


def test_a_checkout_can_be_installed_as_it_lies(tmp_path: Path) -> None:
    """``pip install -e .`` asks for this; it is how ``make`` installs, so nothing works in a new clone without it."""
    make = "import sys; from hatchling.build import build_editable; print(build_editable(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", make, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.glob("nabla_autograder-*.whl"))
