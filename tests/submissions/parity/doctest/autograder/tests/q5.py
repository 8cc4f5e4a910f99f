OK_FORMAT = True

test = {   'name': 'q5',
    'points': 2,
    'suites': [   {   'cases': [{'code': '>>> record(3)\n1 values', 'hidden': False, 'locked': False}, {'code': '>>> record(7) or print(history[-1])\n2 values\n7', 'hidden': True, 'locked': False}],
                      'scored': True,
                      'setup': '',
                      'teardown': '',
                      'type': 'doctest'}]}
