OK_FORMAT = True

test = {'name': 'mathematics',
 'points': None,
 'suites': [{'cases': [{'code': '>>> bool(np.allclose(optimize.minimize(quad, [0.0, 0.0]).x, [1, -2], atol=1e-3))\n'
                                'True',
                        'hidden': True,
                        'points': 1},
                       {'code': '>>> round(float(jax.grad(poly3)(2.0)), 4), '
                                'jax.vmap(poly3)(jnp.arange(3.)).tolist()\n'
                                '(10.0, [0.0, -1.0, 4.0])',
                        'hidden': True,
                        'points': 2},
                       {'code': '>>> jax.jacobian(quad)(jnp.array([2.0, 0.0])).tolist(), '
                                'jax.hessian(quad)(jnp.array([2.0, 0.0])).tolist()\n'
                                '([2.0, 4.0], [[2.0, 0.0], [0.0, 2.0]])',
                        'hidden': True,
                        'points': 4},
                       {'code': '>>> round(float(newton(lambda t: t*t - 2, lambda t: 2*t, 1.0, 6)), 9)\n1.414213562',
                        'hidden': True,
                        'points': 8},
                       {'code': '>>> for i in range(3):\n'
                                '...     assert sq(i) == i * i\n'
                                ">>> with np.errstate(all='ignore'):\n"
                                '...     r = np.vectorize(sq)([1, 2])\n'
                                '>>> r.tolist()\n'
                                '[1, 4]',
                        'hidden': True,
                        'points': 16},
                       {'code': '>>> poly3(np.array([1., 2.])), poly3(jnp.array([1., 2.])), poly3(2), '
                                'poly3(np.float32(2))\n'
                                '(array([-1.,  4.]), Array([-1.,  4.], dtype=float32), 4, np.float32(4.0))',
                        'hidden': True,
                        'points': 32},
                       {'code': '>>> import io, contextlib\n'
                                '>>> out = io.StringIO()\n'
                                '>>> with contextlib.redirect_stdout(out):\n'
                                '...     _ = noisy(1)\n'
                                '>>> out.getvalue()\n'
                                "'got 1\\n'",
                        'hidden': True,
                        'points': 64}],
             'scored': True,
             'setup': '',
             'teardown': '',
             'type': 'doctest'}]}
