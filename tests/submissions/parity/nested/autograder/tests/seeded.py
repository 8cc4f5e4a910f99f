from otter.test_files import test_case
import numpy as np, random
R = np.random.rand()

OK_FORMAT = False
name = 'seeded'
points = None


@test_case(points=1, hidden=True)
def t0(mc): 
    a = mc(3); np.random.seed(42)
    assert a != mc(3)


@test_case(points=2, hidden=True)
def t1(r0): assert abs(r0 - 0.3745401188473625) < 1e-12


@test_case(points=4, hidden=True)
def t2(r1): assert abs(r1 - 0.6394267984578837) < 1e-12


@test_case(points=8, hidden=True)
def t3(mc):
    np.random.seed(0); a = mc(2); b = np.random.rand()
    np.random.seed(0); assert a == np.random.rand(2).mean() and b == np.random.rand()


@test_case(points=16, hidden=True)
def t4(mc):
    rng = np.random.default_rng(1); assert 0 <= mc(2) <= 1
