from otter.test_files import test_case

OK_FORMAT = False

name = "insides"
points = None


@test_case(points=1, hidden=True)
def b12(kw):
    import inspect
    assert list(inspect.signature(kw).parameters) == ['a', 'b', 'rest', 'c', 'more']
    assert kw.__defaults__ == (2,)


@test_case(points=2, hidden=True)
def b13(fact):
    assert 'for' not in fact.__code__.co_names
    assert fact.__code__.co_argcount == 1


@test_case(points=4, hidden=True)
def b17(apply):
    class Mine:
        z = 4
    assert apply(lambda m: m.z, Mine()) == 4
