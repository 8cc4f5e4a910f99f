"""How each LMS takes a zip of pages back, written again from its documented rules: a page by whose it would become.

Sources: as in ``lms_importers.py``. What would be listed as nobody's is rejected. No code of ours is used here.
"""

import re
import zipfile

from tests.lms.lms_importers import Rejected


def canvas_pages(path, attachments):
    """Pages by user id. ``attachments``: user id → ids of the files of that student's current submission."""
    pages = {}
    with zipfile.ZipFile(path) as opened:
        for name in opened.namelist():
            tokens = [token for token in name.rpartition("/")[2].split("_") if token != "LATE"]
            numbers = [token for token in tokens if token.isdigit()][:2]
            if len(numbers) < 2 or numbers[1] not in attachments.get(numbers[0], ()):
                raise Rejected(f"{name!r} would be listed under ignored files")
            pages.setdefault(numbers[0], []).append(opened.read(name))
    return pages


def moodle_pages(path, participants):
    """Pages by participant number, as "upload multiple feedback files in a zip" finds them."""
    pages = {}
    with zipfile.ZipFile(path) as opened:
        for name in opened.namelist():
            parts = name.split("/")
            if parts[-1].startswith((".", "~")):
                raise Rejected(f"{name!r} is hidden")
            while parts:
                info = parts.pop(0).split("_", 4)
                if len(info) < 4 or not info[1].isdigit() or info[1] not in participants:
                    continue
                if (info[2], info[3]) != ("assignsubmission", "file"):
                    continue
                rest = "/".join([*info[4:], *parts]) if info[4:] != [""] else "/".join(parts)
                pages.setdefault(info[1], {})[rest] = opened.read(name)
                break
            else:
                raise Rejected(f"{name!r} is nobody's")
    return pages


def sakai_pages(path, title, users):
    """Pages by eid, which a folder's name has in brackets, and what ``grades.csv`` holds."""
    pages, grades = {}, None
    with zipfile.ZipFile(path) as opened:
        for name in opened.namelist():
            folder, _, rest = name.rpartition("/Feedback Attachment(s)/")
            if name.endswith("/grades.csv") and name.count("/") == 1:
                grades = opened.read(name)
            elif rest and (eid := re.fullmatch(rf"{title}/.+\((.+?)\)", folder)) and eid[1] in users:
                pages[eid[1]] = opened.read(name)
            else:
                raise Rejected(f"{name!r} is not a file that Upload All reads")
    return pages, grades
