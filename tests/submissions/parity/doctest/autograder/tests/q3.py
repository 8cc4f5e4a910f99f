OK_FORMAT = True

test = {   'name': 'q3',
    'points': [1, 2],
    'suites': [   {   'cases': [   {   'code': '>>> end = gradient_descent(lambda v: 2 * v, np.array([1.0, -2.0]), 0.1, 50)\n'
                                               ">>> assert end.shape == (2,), 'one number per variable'\n"
                                               '>>> assert np.linalg.norm(end) < 0.01\n',
                                       'hidden': False,
                                       'locked': False},
                                   {   'code': '>>> visited = []\n>>> _ = gradient_descent(lambda v: visited.append(v) or v, [4.0], 0.5, 3)\n>>> [float(v[0]) for v in visited]\n[4.0, 2.0, 1.0]',
                                       'hidden': True,
                                       'locked': False}],
                      'scored': True,
                      'setup': '',
                      'teardown': '',
                      'type': 'doctest'}]}
