from otter.test_files import test_case
import jax, jax.numpy as jnp
import numpy as np

OK_FORMAT = False
name = 'tracing'
points = None


@test_case(points=1, hidden=True)
def t0(jf, jgrad):
    assert jf(1.0).dtype == jnp.float32
    assert float(jgrad(2.0)) == 12.0


@test_case(points=2, hidden=True)
def t1(jf):
    with jax.enable_x64(True):
        assert jf(1.0).dtype == jnp.float64


@test_case(points=4, hidden=True)
def t2(jf):
    jax.config.update('jax_enable_x64', True)
    assert jf(1.0).dtype == jnp.float64


@test_case(points=8, hidden=True)
def t3(jf):
    assert jf(1.0).dtype == jnp.float64


@test_case(points=16, hidden=True)
def t4():
    assert jnp.array([1.0]).dtype == jnp.float64


@test_case(points=32, hidden=True)
def t5(jgrad):
    jax.config.update('jax_enable_x64', False)
    assert jgrad(2.0).dtype == jnp.float32


@test_case(points=64, hidden=True)
def t6(loss, tree):
    g = jax.grad(loss)(tree, jnp.array([1., 2.]))
    assert g['w'].tolist() == [1., 2.] and float(g['b']) == 1.0


@test_case(points=128, hidden=True)
def t7(jvec):
    assert jax.hessian(jvec)(jnp.ones(2)).tolist() == [[2., 0.], [0., 2.]]


@test_case(points=256, hidden=True)
def t8(jf):
    assert jax.vmap(jax.grad(jf))(jnp.arange(3.)).shape == (3,)


@test_case(points=512, hidden=True)
def t9(jf):
    assert jax.jit(jf)(1.0) == jf(1.0)


@test_case(points=1024, hidden=True)
def t10(jf):
    v, d = jax.value_and_grad(jf)(1.0)
    assert abs(v - 0.84147) < 1e-4 and abs(d - 0.5403) < 1e-4


@test_case(points=2048, hidden=True)
def t11(jf):
    _, tg = jax.jvp(jf, (1.0,), (2.0,))
    assert abs(tg - 2 * 0.5403) < 1e-3


@test_case(points=4096, hidden=True)
def t12(jf):
    assert abs(jax.grad(jax.grad(jax.grad(jf)))(1.0) + 0.5403) < 1e-4


@test_case(points=8192, hidden=True)
def t13(jkey):
    assert jax.random.normal(jkey, (2,)).shape == (2,)


@test_case(points=16384, hidden=True)
def t14(jf):
    assert 'sin' in str(jax.make_jaxpr(jf)(1.0))


@test_case(points=32768, hidden=True)
def t15(jvec):
    from jax.test_util import check_grads
    check_grads(jvec, (jnp.ones(2),), order=1)


@test_case(points=65536, hidden=True)
def t16(tree):
    assert jax.tree_util.tree_structure(tree) == jax.tree_util.tree_structure({'w': 0, 'b': 0})


@test_case(points=131072, hidden=True)
def t17(jf):
    assert jnp.allclose(jax.lax.map(jf, jnp.arange(3.)), jnp.sin(jnp.arange(3.)))


@test_case(points=262144, hidden=True)
def t18(jgrad):
    try: jgrad(1)
    except TypeError: pass
    else: assert False
