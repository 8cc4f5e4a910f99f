OK_FORMAT = True

test = {   'name': 'q10',
    'points': None,
    'suites': [   {   'cases': [   {'code': ">>> assert 'mean_y' in globals(), 'define mean_y'\n>>> assert mean_y > 0\n", 'hidden': False, 'locked': False},
                                   {'code': '>>> round(mean_y, 3)\n2.5', 'hidden': True, 'locked': False}],
                      'scored': True,
                      'setup': '',
                      'teardown': '',
                      'type': 'doctest'}]}
