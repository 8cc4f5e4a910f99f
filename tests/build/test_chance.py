"""A test that draws without a seed asks for something else each time: its line, and what to draw from."""

import pytest

from autograder.build.checks.findings import read_findings
from autograder.build.source import read_source
from tests.build.drawn import DRAW, HIDDEN, write_drawn

IMPORTS = "import numpy as np\nimport jax"
ROWS = [
    # lines in a hidden test, the line and what of it is said, what to draw from
    ("x = np.random.rand(3)", "Line 3: np.random.rand(3) draws", "np.random.default_rng(0)"),
    ("import random; x = random.choice([1, 2])", "Line 3: random.choice([1, 2]) draws", "random.Random(0)"),
    ("import random; x = random.Random().random()", "Line 3: random.Random() draws", "random.Random(0)"),
    ("rng = np.random.default_rng()", "Line 3: np.random.default_rng() draws", "np.random.default_rng(0)"),
    ("rng = np.random.default_rng(None)", "Line 3: np.random.default_rng(None)", "np.random.default_rng(0)"),
    ("rng = np.random.Generator(np.random.PCG64())", "Line 3: np.random.PCG64() draws", "np.random.PCG64(0)"),
    ("import secrets; x = secrets.randbelow(4)", "Line 3: secrets.randbelow(4) draws", "random.Random(0)"),
    ("import os; x = os.urandom(4)", "Line 3: os.urandom(4) draws", "random.Random(0)"),
    (
        "import time\n    key = jax.random.PRNGKey(int(time.time()))",
        "Line 4: jax.random.PRNGKey(int(time.time())) draws",
        "jax.random.PRNGKey(0)",
    ),
    ("import time\n    s = time.time_ns()\n    r = np.random.default_rng(s)", "Line 5: np.random", "default_rng(0)"),
    ("from time import time\n    np.random.seed(time())", "Line 4: np.random.seed(time()) draws", "default_rng(0)"),
    ("from scipy.stats import norm\n    x = norm.rvs()", "Line 4: norm.rvs() draws", "np.random.default_rng(0)"),
    ("import secrets; r = np.random.default_rng(secrets.randbits(9))", "Line 3: np.random.def", "default_rng(0)"),
    ("rng = np.random.default_rng(0); x = rng.normal()", None, None),
    ("import random; x = random.Random(4).random()", None, None),
    ("np.random.seed(3); x = np.random.rand()", None, None),
    ("x = jax.random.uniform(jax.random.PRNGKey(0))", None, None),
    ("from jax import random; x = random.uniform(random.key(1))", None, None),
    ("from scipy.stats import norm\n    x = norm.rvs(random_state=0)", None, None),
    ("rng = np.random.Generator(np.random.PCG64(3))", None, None),
    ("import time; begun = time.perf_counter()", None, None),
    ("random = lambda: 4; x = random()", None, None),
]


@pytest.mark.parametrize("drawn", [True, False], ids=["numbers drawn", "none drawn"])
@pytest.mark.parametrize(("lines", "said", "instead"), ROWS, ids=[row[0].replace("\n    ", "; ") for row in ROWS])
def test_a_test_that_draws_without_a_seed_is_told_with_its_line(tmp_path, lines, said, instead, drawn):
    first, rest = HIDDEN.split("\n    ", 1)
    path = write_drawn(tmp_path, draw=f"{DRAW if drawn else ''}\n{IMPORTS}", hidden=f"{first}\n    {lines}\n    {rest}")

    found = [each for each in read_findings(read_source(path)) if each.code == "N04"]

    assert [(each.question, each.cell, each.error) for each in found] == [("q1", 11, drawn)] * (said is not None)
    for each in found:
        assert said is not None
        assert each.message.startswith(said)
        assert each.fix.endswith(f"{instead}.")
        assert ("# DRAW" in each.fix) == drawn
