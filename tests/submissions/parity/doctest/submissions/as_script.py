# all of it in one file
import otter
grader = otter.Notebook()

import csv
import math

import numpy as np
import sympy as sp

x = sp.symbols('x')

slope = 14

grader.check("q1")

def derivative_at(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)

grader.check("q2")

def gradient_descent(grad, x0, rate, steps):
    p = np.asarray(x0, dtype=float)
    for i in range(steps):
        p = p - rate * np.asarray(grad(p))
    return p

grader.check("q3")

sample = np.random.normal(size=3)

grader.check("q4")

history = []

def record(v):
    history.append(v)
    print(len(history), 'values')

grader.check("q5")

dfdx = 3*x**2 - 4*x

grader.check("q6")

rows = list(csv.DictReader(open('data.csv')))
mean_y = sum(float(r['y']) for r in rows) / len(rows)
slope = 13

grader.check("q10")

grader.check_all()
