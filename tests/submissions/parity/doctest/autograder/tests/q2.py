OK_FORMAT = True

test = {   'name': 'q2',
    'points': 4,
    'suites': [   {   'cases': [   {'code': '>>> np.isclose(derivative_at(lambda t: t ** 3, 2.0), 12.0, atol=0.001)\nnp.True_', 'hidden': False, 'locked': False},
                                   {   'code': '>>> np.allclose([derivative_at(f, 0.5) for f in (np.sin, math.exp)], [math.cos(0.5), math.exp(0.5)], atol=0.001)\nTrue',
                                       'failure_message': 'Try it on functions that you know.',
                                       'hidden': True,
                                       'locked': False,
                                       'points': 2},
                                   {'code': '>>> abs(derivative_at(lambda t: t ** 2, 1.0, h=0.5) - 2) < 1e-12\nTrue', 'hidden': True, 'locked': False}],
                      'scored': True,
                      'setup': '',
                      'teardown': '',
                      'type': 'doctest'}]}
