ANSWER = 4
def check(v): return v == 4
