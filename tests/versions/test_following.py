"""Which names of a notebook follow from what is drawn."""

import ast

import pytest

from autograder.versions import following, used

DRAWN = "a = 3"
# fmt: off
HIDDEN = {
    "late_helper": ["def helper():\n    return late()", "def late():\n    return a", "r = helper()"],
    "instance_of_class_set": ["class K:\n    v = 0\nk = K()", "K.v = a", "r = k.v"],
    "list_alias": ["L = [0]\nM = L", "M[0] = a", "r = L[0]"],
    "dict_nested_alias": ["D = {'x': {}}", "inner = D['x']", "inner['v'] = a", "r = D['x']['v']"],
    "put_closure_assigned": ["L = []\ndef put(v):\n    L.append(v)\n    return 1", "ok = put(a)", "r = L[0]"],
    "put_inside_assigned": ["L = []\ndef put():\n    L.append(a)\n    return 1", "ok = put()", "r = L[0]"],
    "append_in_if": ["L = []", "if L.append(a) is None:\n    pass", "r = L[0]"],
    "append_comp": ["L = []", "z = [L.append(a) for _ in [0]]", "r = L[0]"],
    "append_map": ["L = []", "z = list(map(L.append, [a]))", "r = L[0]"],
    "append_bound": ["L = []\nadd = L.append", "add(a)", "r = L[-1]"],
    "pop_assigned": ["L = list(range(20))", "x0 = L.pop(a)", "r = sum(L)"],
    "np_view_late": ["import numpy as np", "arr = np.zeros(3)", "view = arr[1:]\nview[0] = a", "r = float(arr[1])"],
    "np_copyto": ["import numpy as np", "arr = np.zeros(3)", "np.copyto(arr, a)", "r = float(arr[1])"],
    "np_third": ["import numpy as np", "arr = np.zeros(3)", "z = np.multiply(1.0, a, arr)", "r = float(arr[1])"],
    "np_out": ["import numpy as np", "arr = np.zeros(3)\none = np.ones(3)", "z = np.add(one, a, out=arr)",
    "r = float(arr[1])"],
    "np_rows": ["import numpy as np", "M = np.zeros((2, 2))", "for row in M:\n    row[0] = a", "r = float(M[0, 0])"],
    "np_nditer": [
        "import numpy as np",
        "M = np.zeros((2, 2))",
        "with np.nditer(M, op_flags=['readwrite']) as it:\n    for x in it:\n        x[...] = a",
        "r = float(M[0, 0])",
    ],
    "comp_dicts": ["rows = [{'k': 0}, {'k': 1}]", "z = [d.update(k=a) for d in rows]", "r = rows[0]['k']"],
    "loop_objs": ["class O:\n    v = 0\nobjs = [O(), O()]", "for o in objs:\n    o.v = a", "r = objs[1].v"],
    "unpack_alias": ["objs = [[0], [1]]", "first, *rest = objs\nfirst[0] = a", "r = objs[0][0]"],
    "with_alias": [
        "import contextlib\nL = [0]\n@contextlib.contextmanager\ndef ctx():\n    yield L",
        "with ctx() as o:\n    o[0] = a",
        "r = L[0]",
    ],
    "return_alias_named": ["BOX = [0]\ndef get():\n    return BOX", "b = get()\nb[0] = a", "r = BOX[0]"],
    "cond_alias": ["L = []\nM = []\nt = L if True else M", "t.append(a)", "r = L[0]"],
    "default_alias": ["L = []\ndef put(v, store=L):\n    store.append(v)", "put(a)", "r = L[0]"],
    "instance_alias": [
        "L = []\nclass S:\n    def __init__(self, l):\n        self.l = l\ns = S(L)",
        "s.l.append(a)",
        "r = L[0]",
    ],
    "registry_parent": [
        "class Node:\n    def __init__(self, v, parent=None):\n        self.v = v\n"
        "        self.children = []\n        if parent:\n            parent.children.append(self)\n"
        "root = Node(0)",
        "leaf = Node(a, root)",
        "r = root.children[0].v",
    ],
    "chain_return_self": [
        "class B:\n    def __init__(self):\n        self.v = 0\n    def add(self, k):\n"
        "        self.v += k\n        return self\nb = B()",
        "b2 = b.add(a)",
        "r = b.v",
    ],
    "property_side": [
        "class R:\n    n = 0\n    @property\n    def touch(self):\n        self.n += a\n        return 0\nrec = R()",
        "y = rec.touch",
        "r = rec.n",
    ],
    "operator_side_assigned": [
        "class R:\n    def __init__(self):\n        self.seen = []\n    def __lshift__(self, k):\n"
        "        self.seen.append(k)\n        return self\nrec = R()",
        "q = rec << a",
        "r = rec.seen[0]",
    ],
    "format_side": [
        "class R:\n    seen = None\n    def __format__(self, spec):\n        R.seen = spec\n"
        "        return spec\nrec = R()",
        "y = f'{rec:{a}}'",
        "r = int(R.seen)",
    ],
    "enter_side": [
        "class R:\n    def __init__(self):\n        self.v = 0\n    def __enter__(self):\n"
        "        self.v = a\n    def __exit__(self, *e):\n        pass\nrec = R()",
        "with rec:\n    pass",
        "r = rec.v",
    ],
    "init_subclass": [
        "class Base:\n    subs = []\n    def __init_subclass__(cls, k=0):\n        Base.subs.append(k)",
        "class Sub(Base, k=a):\n    pass",
        "r = Base.subs[0]",
    ],
    "metaclass": [
        "class Meta(type):\n    made = []\n    def __new__(m, name, bases, ns):\n"
        "        m.made.append(ns.get('v'))\n        return super().__new__(m, name, bases, ns)",
        "class Y(metaclass=Meta):\n    v = a",
        "r = Meta.made[0]",
    ],
    "default_side": ["L = []", "def unused(x=L.append(a)):\n    pass", "r = L[0]"],
    "decorator_register": [
        "REG = {}\ndef register(fn):\n    REG[fn.__name__] = fn\n    return fn",
        "@register\ndef q():\n    return a",
        "r = REG['q']()",
    ],
    "singledispatch": [
        "import functools\n@functools.singledispatch\ndef fun(x):\n    return 0",
        "@fun.register(int)\ndef _(x):\n    return a",
        "r = fun(1)",
    ],
    "lru": [
        "import functools\n@functools.lru_cache(None)\ndef fun(x):\n    return x",
        "for i in range(a):\n    fun(i)",
        "r = fun.cache_info().currsize",
    ],
    "operator_setitem": ["import operator\nD = {}", "operator.setitem(D, 'k', a)", "r = D['k']"],
    "setattr_obj": ["class O:\n    pass\no = O()", "setattr(o, 'k', a)", "r = o.k"],
    "heappush": ["import heapq\nh = []", "heapq.heappush(h, a)", "r = h[0]"],
    "iadd_alias": ["L = []\nM = L", "M += [a]", "r = L[0]"],
    "del_index": ["L = list(range(20))\nM = L", "del M[a]", "r = sum(L)"],
    "gen_any": ["L = []", "z = any(L.append(x) for x in [a])", "r = L[0]"],
    "contextvar": [
        "import contextvars\nvar = contextvars.ContextVar('var', default=0)",
        "token = var.set(a)",
        "r = var.get()",
    ],
    "thread_fn": [
        "import threading\nL = []\ndef work():\n    L.append(a)",
        "t = threading.Thread(target=work)\nt.start()\nt.join()",
        "r = L[0]",
    ],
    "buf_print": ["import io\nbuf = io.StringIO()", "print(a, file=buf)", "r = int(buf.getvalue())"],
    "redirect": [
        "import contextlib, io\nbuf = io.StringIO()",
        "with contextlib.redirect_stdout(buf):\n    print(a)",
        "r = int(buf.getvalue())",
    ],
    "globals_set": ["globals()['w'] = a", "r = w"],
    "globals_read_computed": ["key = 'A'.lower()", "r = globals()[key]"],
    "eval_in_fn": ["def calc(text):\n    return eval(text)", "r = calc('a + 0')"],
    "exec_mutate": ["L = []", "exec('L.append(a)')", "r = L[0]"],
    "global_stmt_nested": [
        "w = 0\ndef setit():\n    def deep():\n        global w\n        w = a\n    deep()\ndef outer():\n    setit()",
        "z = [outer() for _ in range(1)]",
        "r = w",
    ],
    "nonlocal_prior": [
        "def counter():\n    n = 0\n    def up(k=1):\n        nonlocal n\n        n += k\n"
        "        return n\n    return up\nup = counter()",
        "first = up(a)",
        "r = up()",
    ],
    "counter_islice": [
        "import itertools\ncount = iter(range(100))",
        "head = list(itertools.islice(count, a))",
        "r = next(count)",
    ],
    "lambda_dict": ["ops = {'k': lambda: a}", "r = ops['k']()"],
    "walrus_comp": ["z = [(w := a) for _ in [0]]", "r = w"],
    "import_cond": [
        "if a == 5:\n    from math import floor as rnd\nelse:\n    from math import ceil as rnd",
        "r = rnd(1.5)",
    ],
    "name_error": ["if a == 5:\n    zz = 1", "try:\n    r = zz\nexcept NameError:\n    r = 2"],
    "seed_in_fn": ["import random\ndef setup():\n    random.seed(a)", "setup()", "r = random.randint(0, 10**6)"],
    "seed_alias": ["import random\ns = random.seed", "s(a)", "r = random.randint(0, 10**6)"],
    "seed_getattr": ["import random", "getattr(random, 'seed')(a)", "r = random.randint(0, 10**6)"],
    "seed_from": ["from random import seed, randint", "seed(a)", "r = randint(0, 10**6)"],
    "rng_consumed": ["import numpy as np", "rng = np.random.default_rng(3)", "used = rng.normal(size=a)",
    "r = int(rng.integers(0, 10**6))"],
    "rng_random_consumed": [
        "import random\nrandom.seed(1)",
        "noise = [random.random() for _ in range(a)]",
        "r = random.randint(0, 10**6)",
    ],
    "rc_fn": ["import matplotlib.pyplot as plt", "plt.rc('lines', linewidth=a)", "r = plt.rcParams['lines.linewidth']"],
    "rc_from": [
        "import matplotlib.pyplot as plt",
        "from matplotlib import rcParams",
        "rcParams['lines.linewidth'] = a",
        "r = plt.rcParams['lines.linewidth']",
    ],
    "printoptions": ["import numpy as np", "np.set_printoptions(precision=a)", "r = str(np.array([np.pi]))"],
    "decimal_ctx": [
        "from decimal import Decimal, getcontext\nctx = getcontext()",
        "ctx.prec = a",
        "r = str(Decimal(1) / 3)",
    ],
    "file_path_two": [
        "from pathlib import Path\nP1 = Path('n1b.txt')",
        "n_written = P1.write_text(str(a))",
        "r = int(open('n1b.txt').read())",
    ],
    "file_open_in_fn": [
        "def save(v):\n    with open('n2b.txt', 'w') as fh:\n        fh.write(str(v))",
        "save(a)",
        "def load():\n    with open('n2b.txt') as fh:\n        return int(fh.read())\nr = load()",
    ],
    "file_np": ["import numpy as np", "np.save('n4.npy', np.array([a]))", "r = int(np.load('n4.npy')[0])"],
    "file_csv": [
        "import csv\nwith open('n8.csv', 'w', newline='') as fh:\n    csv.writer(fh).writerow([a])",
        "r = int(next(csv.reader(open('n8.csv')))[0])",
    ],
    "sqlite": [
        "import sqlite3\ncon = sqlite3.connect(':memory:')\n_ = con.execute('create table t (k int)')",
        "_ = con.execute('insert into t values (?)', (a,))",
        "r = con.execute('select k from t').fetchone()[0]",
    ],
    "environ_from": ["from os import environ", "environ['K2'] = str(a)", "import os\nr = int(os.environ.get('K2', 0))"],
    "chdir": [
        "import os\nos.makedirs('e' + str(a), exist_ok=True)",
        "os.chdir('e' + str(a))",
        "r = os.path.basename(os.getcwd())",
    ],
    "out_underscore": ["a", "r = _"],
    "mod_setattr": ["import math", "setattr(math, 'k', a)", "import math as m2\nr = m2.k"],
    "mod_attr_from": ["import string", "string.k9 = a", "from string import k9\nr = k9"],
    "sys_modules": ["import sys, types\nsys.modules['mm'] = types.SimpleNamespace(k=a)", "import mm\nr = mm.k"],
    "builtins_": ["import builtins\nbuiltins.w6 = a", "r = w6"],
    "main_from": ["from __main__ import a as w", "r = w"],
    "frame": ["import sys", "r = sys._getframe().f_globals['a']"],
    "pd_eval": [
        "import pandas as pd\ndf = pd.DataFrame({'x': [1, 2]})",
        "df.eval('y = x * @a', inplace=True)",
        "r = int(df.y.sum())",
    ],
    "pd_option": [
        "import numpy as np",
        "import pandas as pd\npd.set_option('display.precision', a)",
        "r = str(pd.Series([np.pi]))",
    ],
    "plt_title": [
        "import matplotlib.pyplot as plt",
        "fig, ax = plt.subplots()",
        "plt.title(str(a))",
        "r = int(ax.get_title())",
    ],
    "plt_ax_plot_assigned": [
        "import matplotlib.pyplot as plt",
        "fig, ax = plt.subplots()",
        "line, = ax.plot([0, a])",
        "r = float(fig.axes[0].lines[0].get_ydata()[1])",
    ],
    "plt_nums": [
        "import matplotlib.pyplot as plt",
        "for _ in range(a):\n    plt.figure()",
        "r = len(plt.get_fignums())",
    ],
    "sp_globals": ["import sympy as sp", "r = sp.sympify('a*x', locals=globals()).subs('x', 1)"],
    "fmt_globals": ["r = int('{a}'.format(**globals()))"],
    "jit_global": ["import jax", "K = [0]\n@jax.jit\ndef g(x):\n    return x * K[0]", "K[0] = a", "r = float(g(1.0))"],
    "memoryview_": ["buf = bytearray(3)\nmv = memoryview(buf)", "mv[0] = a", "r = buf[0]"],
    "ctxmanager_global": [
        "import contextlib\nstate = {}\n@contextlib.contextmanager\ndef setting(k):\n    state['k'] = k\n    yield",
        "with setting(a):\n    pass",
        "r = state['k']",
    ],
    "warn_filter": [
        "import warnings\nif a != 5:\n    warnings.simplefilter('error')",
        "try:\n    warnings.warn('x')\n    r = 1\nexcept Warning:\n    r = 2",
    ],
    "zip_alias": ["P1 = [[0], [0]]\nQ1 = [1, 2]", "for p_, q_ in zip(P1, Q1):\n    p_[0] = a", "r = P1[0][0]"],
    "plus_alias": ["L = [[0]]\nM = [[1]]\nN = L + M", "N[0][0] = a", "r = L[0][0]"],
    "callback_assigned": [
        "L = []\ndef each(fn):\n    fn(1)\n    return 0",
        "z = each(lambda v: L.append(a))",
        "r = L[0]",
    ],
    "method_assigned": [
        "class Acc:\n    def __init__(self):\n        self.v = 0\n    def add(self, k):\n"
        "        self.v += k\n        return self.v\nacc = Acc()",
        "now = acc.add(a)",
        "r = acc.v",
    ],
    "ret_alias_param": ["def same(t):\n    return t\nL = []", "M = same(L)\nM.append(a)", "r = L[0]"],
    "global_without_another": ["def setit():\n    global w\n    w = a", "setit()", "r = w"],
    "fresh_tuple": ["L=[0]\ndef put(v):\n    t=[L]\n    t[0][0]=v", "y=put(a)", "r=L[0]"],
    "list_call_inner": ["L=[[0]]\ndef put(v):\n    t=list(L)\n    t[0][0]=v", "y=put(a)", "r=L[0][0]"],
    "copy_inner": ["D={'x':[0]}\ndef put(v):\n    t=D.copy()\n    t['x'][0]=v", "y=put(a)", "r=D['x'][0]"],
    "init_global": ["class N:\n    def __init__(self,v):\n        self.v=v\n"
    "        self.store['k']=v\n    store={}", "n=N(a)", "r=N.store['k']"],
    "init_arg": ["class N:\n    def __init__(self,v,l):\n        self.l=l\n"
    "        self.l.append(v)\nL=[]", "n=N(a,L)", "r=L[0]"],
    "setattr_in_init": ["class N:\n    def __init__(self,v):\n        type(self).last=v", "n=N(a)", "r=N.last"],
    "np_add_at": ["import numpy as np", "M=np.zeros(3)", "np.add.at(M,0,a)", "r=float(M[0])"],
    "positional_out": ["import numpy as np", "M=np.zeros(2)\nN=np.ones(2)", "np.multiply(N,a,M)", "r=float(M[0])"],
    "zip_consume": ["it=iter(range(100))", "h=[x for x,_ in zip(it,range(a))]", "r=next(it)"],
    "in_consume": ["it=iter(range(100))", "h=a in it", "r=next(it)"],
    "star_consume": ["it=iter(range(100))", "h=[*it][:a] if a>5 else 0", "r=next(it,-1)"],
    "gen_shared": ["def nums():\n    n=0\n    while True:\n        n+=1\n        yield n\n"
    "g=nums()", "h=[next(g) for _ in range(a)]", "r=next(g)"],
    "rec_fn": ["D={}\ndef fib(n):\n    if n<2:\n        return n\n    if n not in D:\n"
    "        D[n]=fib(n-1)+fib(n-2)\n    return D[n]", "v=fib(a)", "r=len(D)"],
    "walrus_maybe": ["b = 1\nb = a", "c = 0 and (b := 1)", "r = b"],
    "only_annotated": ["b = 1\nb = a", "b: int", "r = b"],
    "lib_alias": ["import numpy as np", "n = np\nn.random.seed(a)", "r = int(np.random.randint(10**6))"],
    "lib_given": ["import numpy as np\ndef seeded(lib, k):\n    lib.random.seed(k)", "seeded(np, a)",
    "r = int(np.random.randint(10**6))"],
    "lib_part_given": ["import numpy as np\ndef seeded(lib, k):\n    lib.seed(k)", "z = seeded(np.random, a)",
    "r = int(np.random.randint(10**6))"],
    "plt_number": ["import matplotlib.pyplot as plt", "plt.figure(3)\nplt.plot([0, a])", "plt.figure()",
    "fig = plt.figure(3)", "r = float(fig.axes[0].lines[0].get_ydata()[1])"],
    "plt_close": ["import matplotlib.pyplot as plt", "plt.figure()\nplt.plot([0, a])", "plt.figure()\nplt.close()",
    "ax = plt.gca()", "r = float(ax.lines[0].get_ydata()[1])"],
    "two_hop_late": ["def f1():\n    return f2()\ndef f2():\n    return g0['k']\ng0 = {}", "g0['k'] = a", "r = f1()"],
}
SAME = {
    "a formula beside": [
        "import sympy as sp",
        "x = sp.symbols('x')",
        "f = a * x**2\nslope = sp.diff(f, x).subs(x, a)",
        "r = sp.diff(x**3, x)",
    ],
    "points of a figure": [
        "import numpy as np, matplotlib.pyplot as plt",
        "xs = np.linspace(0, 1)",
        "fig, ax = plt.subplots()\ncs = ax.plot(xs, a * xs)\nax.set_title(str(a))\nplt.show()",
        "fig2, ax2 = plt.subplots()\nax2.plot(xs, xs)",
        "r = fig2",
    ],
    "a helper": [
        "def difference(f, t, h=1e-5):\n    return (f(t + h) - f(t - h)) / (2 * h)",
        "slope = difference(lambda t: a * t, a)",
        "r = difference(lambda t: t, 1)",
    ],
    "a loop of its own": [
        "import numpy as np",
        "def path(start, steps):\n    found = [start]\n    for _ in range(steps):\n"
        "        found.append(0.5 * found[-1])\n    return np.array(found)",
        "mine = path(a, 5)",
        "r = path(3.0, 5)",
    ],
    "a gradient": ["import jax", "def g(t):\n    return t**3", "dg = jax.grad(g)\nslope = dg(float(a))", "r = dg"],
    "what is shown": [
        "import sympy as sp",
        "x = sp.symbols('x')\nf = sp.sin(x)",
        "print(f'{a}: {f.subs(x, a)}')\ndisplay(a * f)",
        "r = f",
    ],
}


def last(*cells: str) -> set[str]:
    return set(following([ast.parse(cell) for cell in (DRAWN, *cells)], ["a"])[-1])


@pytest.mark.parametrize(
    ("cells", "follow"),
    [
        (["b = 1"], {"a"}),
        (["b = a + 1", "c = b"], {"a", "b", "c"}),
        (["b = a", "b = 1"], {"a"}),
        (["b = a", "b += 1"], {"a", "b"}),
        (["b = a", "b = b + 1"], {"a", "b"}),
        (["b, c = a, 1"], {"a", "b", "c"}),
        (["if a > 1:\n    b = 1"], {"a", "b"}),
        (["b = a", "if True:\n    b = 1"], {"a", "b"}),
        (["for b in range(a):\n    c = 1"], {"a", "b", "c"}),
        (["with open('f') as b:\n    c = a"], {"a", "b", "c"}),
        (["b = [c * a for c in range(3)]"], {"a", "b"}),
        (["b = [a for a in range(3)]"], {"a"}),
        (["rows = []", "rows.append(a)", "b = rows[0]"], {"a", "rows", "b"}),
        (["rows = []\nrows[0:0] = [a]"], {"a", "rows"}),
        (["class C:\n    pass\nC.size = a", "b = C()"], {"a", "b", "C"}),
        (["def f(x):\n    return a * x", "b = f(2)"], {"a", "b", "f"}),
        (["def f(a):\n    return 2 * a", "b = f(2)"], {"a"}),
        (["def f(x):\n    return g(x)", "b = f(1)", "g = lambda x: a * x"], {"a", "b", "f", "g"}),
        (["b = (n := a)"], {"a", "b", "n"}),
        (["import numpy as np", "np.random.seed(a)", "b = np.arange(3)"], {"a", "np", "b"}),
        (["import numpy as np", "np.random.seed(1)", "b = np.random.rand()"], {"a"}),
        (["import matplotlib.pyplot as plt", "plt.rcParams['lines.linewidth'] = a", "b = plt"], {"a", "plt", "b"}),
        (["import matplotlib.pyplot as plt", "plt.plot([1], [a])", "b = plt.gca()"], {"a", "b"}),
        (["import matplotlib.pyplot as plt", "plt.plot([1], [a])", "fig, b = plt.subplots()", "c = plt.gca()"], {"a"}),
        (["print(a)", "b = 1"], {"a"}),
        (["change = len\nrows = []", "change(rows, a)"], {"a", "rows", "change"}),
        (["fig, ax = plt()", "ax.plot(a)", "fig, ax = plt()\nax.plot(t)", "b = ax"], {"a"}),
    ],
)  # fmt: skip
def test_what_follows(cells: list[str], follow: set[str]) -> None:
    assert last(*cells) == follow


@pytest.mark.parametrize("way", HIDDEN)
def test_a_value_that_depends_on_the_numbers_in_a_way_that_is_easily_overlooked(way: str) -> None:
    """Each was run with two numbers: what ``r`` is differs."""
    assert "r" in last(*HIDDEN[way])


@pytest.mark.parametrize("way", SAME)
def test_what_a_lesson_does_beside_its_numbers_stays_the_same(way: str) -> None:
    assert "r" not in last(*SAME[way])


def test_what_stands_above_the_draw_does_not_follow() -> None:
    moments = following([ast.parse(cell) for cell in ("t = 1", DRAWN, "t = a")], ["a"])
    assert ["t" in moment for moment in moments] == [False, False, True]


def test_names_inside_functions_are_not_the_notebooks() -> None:
    assert used(ast.parse("def f(x, y=a):\n    z = b\n    return x + z")) == {"f", "a", "b"}
