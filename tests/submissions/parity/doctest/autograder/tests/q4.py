OK_FORMAT = True

test = {   'name': 'q4',
    'points': None,
    'suites': [   {   'cases': [   {'code': '>>> len(sample)\n3', 'hidden': False, 'locked': False},
                                   {'code': '>>> np.round(sample, 4)\narray([ 0.4967, -0.1383,  0.6477])', 'hidden': True, 'locked': False}],
                      'scored': True,
                      'setup': '',
                      'teardown': '',
                      'type': 'doctest'}]}
