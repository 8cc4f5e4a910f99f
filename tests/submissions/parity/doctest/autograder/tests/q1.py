OK_FORMAT = True

test = {   'name': 'q1',
    'points': 2,
    'suites': [   {   'cases': [   {'code': '>>> isinstance(slope, (int, float))\nTrue', 'hidden': False, 'locked': False},
                                   {'code': '>>> abs(slope - 14) < 1e-06\nTrue', 'hidden': True, 'locked': False}],
                      'scored': True,
                      'setup': '',
                      'teardown': '',
                      'type': 'doctest'}]}
