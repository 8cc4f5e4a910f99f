"""A Canvas of one course and one assignment on 127.0.0.1: the paths that canvasapi calls, and Canvas's bad moods."""

import json
import re
import threading
from contextlib import contextmanager
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

TOKEN = "not-a-real-token"
BASE = "/api/v1/courses/7"
SUBMISSIONS = f"{BASE}/assignments/4757/submissions"


class Canvas:
    """The course's state, and what was asked of it."""

    def __init__(self):
        self.scores = {}
        self.excused = set()
        self.comments = {}
        self.files = {}
        self.writes = []
        self.moods = []
        """Status codes to answer the next writes with, before they are done; None is a good mood."""
        self.tokens = {TOKEN}

    def submission(self, user):
        return {
            "id": 9000 + int(user),
            "user_id": int(user),
            "assignment_id": 4757,
            "course_id": 7,
            "score": self.scores.get(user),
            "grade": None if self.scores.get(user) is None else str(self.scores[user]),
            "excused": user in self.excused,
            "submission_comments": [{"comment": text} for text in self.comments.get(user, [])],
        }


@contextmanager
def serving(canvas):
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def answer(self, status, body, **headers):
            content = json.dumps(body).encode() if not isinstance(body, str) else body.encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(content)

        def refused(self):
            if self.headers.get("Authorization", "").removeprefix("Bearer ") not in canvas.tokens:
                self.answer(401, {"errors": [{"message": "Invalid access token."}]}, WWW_Authenticate="Bearer")
                return True
            return False

        def fields(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            kind = self.headers.get("Content-Type", "")
            if kind.startswith("multipart/"):
                message = BytesParser().parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
                return {
                    p.get_param("name", header="content-disposition"): p.get_payload(decode=True)
                    for p in message.get_payload()
                }
            return {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}

        def do_GET(self):
            path = urlsplit(self.path)
            if self.refused():
                return
            if path.path == BASE:
                self.answer(200, {"id": 7, "name": "Calculus"})
            elif path.path == f"{BASE}/assignments/4757":
                self.answer(200, {"id": 4757, "course_id": 7, "name": "HW 1", "points_possible": 10})
            elif path.path == SUBMISSIONS:
                # two a page, so that paging is followed
                users = sorted(canvas.scores)
                page = int(parse_qs(path.query).get("page", ["1"])[0])
                link = f'<http://{self.headers["Host"]}{SUBMISSIONS}?page={page + 1}>; rel="next"'
                more = {"Link": link} if len(users) > 2 * page else {}
                self.answer(200, [canvas.submission(user) for user in users[2 * page - 2 : 2 * page]], **more)
            else:
                self.answer(404, {"errors": [{"message": "The specified resource does not exist."}]})

        def mood(self):
            status = canvas.moods.pop(0) if canvas.moods else None
            if status == 403:
                self.answer(403, "403 Forbidden (Rate Limit Exceeded)")
            elif status == "drop":
                self.close_connection = True
                self.connection.close()
            elif status:
                self.answer(status, {"errors": ["no"]}, X_Rate_Limit_Remaining="0.0")
            return status

        def do_PUT(self):
            fields = self.fields()
            if self.refused() or self.mood():
                return
            user = re.fullmatch(rf"{SUBMISSIONS}/(\d+)", self.path)[1]
            canvas.writes.append((user, fields))
            if "submission[posted_grade]" in fields:
                canvas.scores[user] = float(fields["submission[posted_grade]"])
            if fields.get("submission[excuse]") == "true":
                canvas.excused.add(user)
            if "comment[text_comment]" in fields:
                canvas.comments.setdefault(user, []).append(fields["comment[text_comment]"])
            if "comment[file_ids][]" in fields:
                canvas.comments.setdefault(user, []).append(f"file {fields['comment[file_ids][]']}")
            self.answer(200, canvas.submission(user))

        def do_POST(self):
            fields = self.fields()
            if self.path == "/upload":
                canvas.files[len(canvas.files) + 1] = fields["file"]
                self.answer(201, {"id": len(canvas.files), "url": "http://x"})
            elif not self.refused():
                self.answer(200, {"upload_url": f"http://{self.headers['Host']}/upload", "upload_params": {"key": "k"}})

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
