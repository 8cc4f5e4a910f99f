"""The desk as a local web server: who may ask, and what is shown. Loopback only; nothing goes out, nothing comes in.

A request is answered where its Host is ours (a name that is re-bound to this machine is not), and its cookie holds the
token that stood in the address which the command printed. What changes something needs besides a token of the page.
"""

import asyncio
import hmac
import json
import secrets
from collections.abc import Callable
from importlib import resources
from typing import Any

import tornado.httpserver
import tornado.netutil
import tornado.web

from autograder.desk import filters, pages, rubric
from autograder.desk.acts import ACTS, Ask, anew, part
from autograder.desk.answers import Piece
from autograder.desk.desk import Desk
from autograder.desk.figures import Painter
from autograder.desk.pages import Window
from autograder.errors import AutograderError, BusyError, GradedAgainError, RefusedError, UsageError

LARGEST = 2 << 20
"""Bytes of a request's body: a rubric is the largest that is sent."""
PATIENCE = 4
"""Times that something is tried again while somebody else writes to the folder."""
_NAMED = ("question", "filter", "at", "id")
"""What a page says as text of where it stands."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_STATIC = {
    "style.css": ("autograder.report.pages", "text/css"),
    "desk.css": ("autograder.desk", "text/css"),
    "desk.js": ("autograder.desk", "text/javascript"),
}
_ICON = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0b57a4"/>'
    b'<path d="M3 5h10M3 8h10M3 11h6" stroke="#fff" stroke-width="1.6"/></svg>'
)


class Place:
    """What all requests have in common.

    Args:
        desk: the open folder.
        painter: draws students' figures.
        language: of the pages.
        reopened: opens the folder anew, after it was graded again.
    """

    def __init__(
        self, desk: Desk, painter: Painter, language: str, *, reopened: Callable[[], Desk] | None = None
    ) -> None:
        self.desk = desk
        self._reopened = reopened
        self.painter = painter
        self.language = language
        self.token = secrets.token_urlsafe(24)
        self.csrf = secrets.token_urlsafe(24)
        self.port = 0

    def reopen(self) -> None:
        """Take the folder as it was graded meanwhile.

        Raises:
            UsageError: it cannot be opened, as while a run is grading into it.
        """
        if self._reopened is not None:
            before, self.desk = self.desk, self._reopened()
            before.close()

    @property
    def address(self) -> str:
        """Where a browser begins."""
        return f"http://127.0.0.1:{self.port}/?token={self.token}"

    @property
    def cookie(self) -> str:
        """Its name: other ports of this machine share the jar."""
        return f"desk-{self.port}"


class Request(tornado.web.RequestHandler):
    """One request: let in or refused, then answered."""

    def initialize(self, place: Place) -> None:
        self.place = place
        self.desk = place.desk

    def set_default_headers(self) -> None:
        for name, value in _HEADERS.items():
            self.set_header(name, value)
        self.clear_header("Server")

    def prepare(self) -> None:
        place = self.place
        if self.request.host not in (f"127.0.0.1:{place.port}", f"localhost:{place.port}"):
            raise tornado.web.HTTPError(403, reason="Another host")
        if not _same(self.get_cookie(place.cookie) or "", place.token):
            if not (self.request.method == "GET" and _same(self.get_query_argument("token", ""), place.token)):
                raise tornado.web.HTTPError(403, reason="Use the address that the command printed")
            self.set_cookie(place.cookie, place.token, httponly=True, samesite="Strict", path="/")
            self.redirect("/")
            return
        if self.request.method != "GET":
            origin = self.request.headers.get("Origin")
            if origin is not None and origin != f"http://{self.request.host}":
                raise tornado.web.HTTPError(403, reason="Another origin")
            if not _same(self.request.headers.get("X-CSRF-Token", ""), place.csrf):
                raise tornado.web.HTTPError(403, reason="Reload the page")

    @property
    def window(self) -> Window:
        names = self.get_cookie(f"{self.place.cookie}-names") == "1"
        return Window(language=self.place.language, names=names, csrf=self.place.csrf)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        # nothing of the request is repeated, and no traceback shown
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code} {self._reason}\n")

    def reply(self, **values: object) -> None:
        """Answer a script of ours."""
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps(values))

    async def refresh(self) -> None:
        """See what others did since, a new grading included."""
        try:
            await asyncio.to_thread(self.desk.refresh)
        except GradedAgainError:
            await asyncio.to_thread(self.place.reopen)
            self.desk = self.place.desk

    def piece(self) -> tuple[str, str, Piece]:
        """Id, question and answer that the address names."""
        id = self.get_query_argument("id", "")
        try:
            return id, *self.desk.piece_of(id)
        except UsageError as error:
            raise tornado.web.HTTPError(404, reason="No such answer") from error


class Overview(Request):
    """All questions."""

    async def get(self) -> None:
        await self.refresh()
        self.finish(await asyncio.to_thread(pages.overview, self.desk, self.window))


class Question(Request):
    """One question's groups; for a script the part of the page that changes."""

    async def get(self) -> None:
        name = self.get_query_argument("name", "")
        filter = self.get_query_argument("filter", filters.FIRST)
        at = self.get_query_argument("at", "")
        if name not in self.desk.pieces:
            raise tornado.web.HTTPError(404, reason="No such question")
        await asyncio.wrap_future(self.desk.ready(name))
        if self.request.path == "/part":
            self.reply(**await asyncio.to_thread(part, self.desk, self.window, name, filter, at))
            return
        await self.refresh()
        await asyncio.wrap_future(self.desk.ready(name))
        view = await asyncio.to_thread(self.desk.show, name, filter, at)
        self.finish(await asyncio.to_thread(pages.deciding, self.desk, self.window, view, name, filter))


class History(Request):
    """Everything that was decided."""

    async def get(self) -> None:
        await self.refresh()
        self.finish(await asyncio.to_thread(pages.history, self.desk, self.window))


class Notebook(Request):
    """The whole notebook of an answer."""

    async def get(self) -> None:
        _, _, piece = self.piece()
        self.reply(html=await asyncio.to_thread(pages.notebook, self.desk, self.window, piece))


class Figures(Request):
    """The pictures of an answer, once they are drawn."""

    async def get(self) -> None:
        id, question, piece = self.piece()
        drawn = await asyncio.wrap_future(self.place.painter.drawn(self.desk.works[piece.key].submission))
        described = [check.answer for check in piece.checks if check.answer_kind == "figure"]
        self.reply(html=pages.figures(self.window, id, question, drawn, piece, described))
        self._look_ahead(question, id)

    def _look_ahead(self, question: str, id: str) -> None:
        """Draw what comes next while this one is looked at."""
        after = self.desk.following(question, filters.FIRST, id)
        if after:
            self.place.painter.drawn(self.desk.works[self.desk.piece_of(after)[1].key].submission)


class Figure(Request):
    """One picture."""

    def get(self) -> None:
        _, question, piece = self.piece()
        place = self.get_query_argument("n", "0")
        work = self.desk.works[piece.key].submission
        known = place.isdecimal() and len(place) < 4
        found = self.place.painter.picture(work, question, int(place)) if known else None
        if found is None:
            raise tornado.web.HTTPError(404, reason="No such picture")
        self.set_header("Content-Type", "image/png")
        self.finish(found)


class RubricFile(Request):
    """The rubric as a file to keep."""

    def get(self) -> None:
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_header("Content-Disposition", 'attachment; filename="rubric.json"')
        self.finish(rubric.text(self.desk.current_rubric()))


class Static(Request):
    """Style and script."""

    def get(self, name: str) -> None:
        if name == "icon.svg":
            self.set_header("Content-Type", "image/svg+xml")
            self.finish(_ICON)
            return
        if name not in _STATIC:
            raise tornado.web.HTTPError(404)
        package, kind = _STATIC[name]
        self.set_header("Content-Type", f"{kind}; charset=utf-8")
        self.finish((resources.files(package) / "static" / name).read_bytes())


class Act(Request):
    """What changes something: each a function of the request's values, answered in JSON."""

    async def post(self, name: str) -> None:
        act = ACTS.get(name)
        if act is None:
            raise tornado.web.HTTPError(404)
        try:
            sent = json.loads(self.request.body or b"{}")
        except (ValueError, RecursionError):
            sent = None
        if not isinstance(sent, dict) or not all(isinstance(sent.get(name, ""), str) for name in _NAMED):
            raise tornado.web.HTTPError(400)
        try:
            reply = await self._done(act, sent)
        except GradedAgainError:
            reply = await self._graded_again(sent)
        except RefusedError as error:
            reply = {"said": pages.say(self.window, error.sentence, **error.values), "wrong": True}
        except AutograderError as error:
            reply = {"said": str(error), "wrong": True}
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:  # 10**400 is no float
            raise tornado.web.HTTPError(400) from error
        self.reply(**reply)

    async def _done(self, act: Callable[[Ask, dict[str, Any]], dict[str, object]], sent: dict[str, Any]) -> Any:
        """Done, if need be a little later: another desk holds the journal while it draws a page."""
        for _ in range(PATIENCE):
            try:
                return await asyncio.to_thread(act, Ask(desk=self.desk, window=self.window), sent)
            except BusyError:
                continue  # nothing was done; the journal itself has waited for a while
        return await asyncio.to_thread(act, Ask(desk=self.desk, window=self.window), sent)

    async def _graded_again(self, sent: dict[str, Any]) -> dict[str, object]:
        """Nothing was done: what was seen is not there any more; show what is."""
        try:
            await asyncio.to_thread(self.place.reopen)
        except RefusedError as error:
            return {"said": pages.say(self.window, error.sentence, **error.values), "wrong": True}
        except UsageError as error:
            return {"said": str(error), "wrong": True}
        ask = Ask(desk=self.place.desk, window=self.window)
        return await asyncio.to_thread(anew, ask, sent)


class Names(Request):
    """Show names in this browser, or hide them."""

    def post(self) -> None:
        on = b"true" in self.request.body
        self.set_cookie(f"{self.place.cookie}-names", "1" if on else "0", httponly=True, samesite="Strict", path="/")
        self.reply()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def application(place: Place) -> tornado.web.Application:
    """Every address that is answered."""
    rules = [
        ("/", Overview),
        ("/question", Question),
        ("/part", Question),
        ("/history", History),
        ("/notebook", Notebook),
        ("/figures", Figures),
        ("/figure", Figure),
        ("/names", Names),
        (r"/rubric\.json", RubricFile),
        (r"/static/([a-z.]+)", Static),
        (r"/(icon\.svg)", Static),
        (r"/([a-z/]+)", Act),
    ]
    return tornado.web.Application([(path, handler, {"place": place}) for path, handler in rules], log_function=_quiet)


def _quiet(handler: tornado.web.RequestHandler) -> None:
    """Requests are not logged: their addresses would fill the terminal."""


async def serve(place: Place, port: int, started: Callable[[str], None], stopped: asyncio.Event) -> None:
    """Answer until ``stopped`` is set.

    Args:
        port: 0 takes any that is free.
        started: is told the address.

    Raises:
        UsageError: the port is taken.
    """
    try:
        sockets = tornado.netutil.bind_sockets(port, "127.0.0.1")
    except OSError as error:
        raise UsageError(f"port {port} cannot be used ({error.strerror}): give another one with --port") from error
    place.port = sockets[0].getsockname()[1]
    server = tornado.httpserver.HTTPServer(application(place), max_body_size=LARGEST, max_buffer_size=2 * LARGEST)
    server.add_sockets(sockets)
    loading = asyncio.create_task(asyncio.to_thread(pages.prepare))
    try:
        started(place.address)
        await stopped.wait()
    finally:
        await loading
        server.stop()
        await server.close_all_connections()
