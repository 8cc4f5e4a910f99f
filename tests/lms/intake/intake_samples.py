"""Downloads made by hand for the tests of the intake: notebooks, zips and names as LMSs give them."""

import io
import json
import zipfile


def notebook(source="x = 1", assignment=None):
    metadata = {"otter": {"assignment_name": assignment}} if assignment else {}
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": [cell]})


NB = notebook()


def zipped(path, entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return path


def inner_zip(entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return buffer.getvalue()


def unzip(path, into):
    with zipfile.ZipFile(path) as opened:
        opened.extractall(into)
    return into


def canvas_name(number, file="hw01.ipynb"):
    return f"s{number}_{number}_{900 + number}_{file}"
