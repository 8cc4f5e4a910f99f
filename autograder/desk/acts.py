"""What is done when a page asks for it: each a function of the request's values, answered with values for a script."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import msgspec

from autograder.desk import filters, pages, rubric
from autograder.desk.book import Act, Meanwhile
from autograder.desk.desk import Desk
from autograder.desk.pages import N_, Window, say
from autograder.model import Record
from autograder.report import number

Sent = dict[str, Any]
Reply = dict[str, object]


class Ask(Record, frozen=True, kw_only=True):
    """One request."""

    desk: Desk
    window: Window

    def say(self, sentence: str, **values: object) -> str:
        """A sentence in the window's language."""
        return say(self.window, sentence, **values)

    def again(self, sent: Sent, said: str) -> Reply:
        """The same group anew, where one is shown."""
        if "question" not in sent:
            return {"said": said}
        return part(self.desk, self.window, sent["question"], sent["filter"], sent["at"], said=said)


def part(desk: Desk, window: Window, question: str, filter: str, at: str, **more: object) -> Reply:
    """What a script puts in the place of a group: the next one, or the same anew."""
    view = desk.show(question, filter, at)
    html = pages.deciding(desk, window, view, question, filter, part=True)
    id = "" if view is None else view.first.id
    return {"part": html, "url": address(question, filter, id), **more}


def address(question: str, filter: str, id: str) -> str:
    """Of the page on which a group stands."""
    return f"/question?{urlencode({'name': question, 'filter': filter, 'at': id})}"


def anew(ask: Ask, sent: Sent) -> Reply:
    """What is shown where the class was graded again under somebody who was deciding."""
    said = N_("The class was graded again meanwhile, and nothing was stored. This is how it is now: look again.")
    if sent.get("question") not in ask.desk.pieces:
        return {"said": ask.say(said), "wrong": True}
    ask.desk.ready(sent["question"]).result()
    return ask.again(sent, ask.say(said))


def _decide(ask: Ask, sent: Sent) -> Reply:
    desk, question, filter, at = ask.desk, sent["question"], sent["filter"], sent["at"]
    versions = {str(id): int(version) for id, version in sent["versions"].items()}
    if not versions:
        return {"said": ask.say(N_("No answer is chosen: tick one of the group.")), "wrong": True}
    points = None if sent["points"] is None else float(sent["points"])
    comments = [str(id) for id in sent["comments"]]
    seen = {str(id): str(shown) for id, shown in sent.get("seen", {}).items()}
    note = str(sent["note"])[:2000]
    try:
        made = desk.decide(question, versions, points=points, comments=comments, note=note, seen=seen)
    except Meanwhile as others:
        return ask.again(sent, _meanwhile(ask, others))
    except rubric.Reworded:
        said = N_("Nothing was stored: somebody else has changed a comment or taken it out. Look again.")
        return {**ask.again(sent, ask.say(said)), "chosen": comments}
    points_now, left = number(made.points), desk.following(question, filter, at)
    said = ask.say(N_("Stored: %(points)s points for %(n)d."), points=points_now, n=len(made.keys))
    if left:
        return part(desk, ask.window, question, filter, left, said=said)
    return {"go": "/", "said": said}


def _meanwhile(ask: Ask, others: Meanwhile) -> str:
    one = next(iter(others.by.values()))
    if one.points is None:
        taken = N_("Nothing was stored: %(who)s has taken back what was decided about %(n)d of these. Look again.")
        return ask.say(taken, who=one.who, n=len(others.by))
    return ask.say(
        N_("Nothing was stored: %(who)s has decided %(n)d of these since, %(points)s points. Look again."),
        who=one.who,
        n=len(others.by),
        points=number(one.points),
    )


def _undo(ask: Ask, sent: Sent) -> Reply:
    desk = ask.desk
    latest, passed = desk.book.latest()
    id = sent.get("id") or (latest.id if latest else "")
    over = "" if passed is None or sent.get("id") else _passed(ask, *passed)
    if not id:
        return {"said": over or ask.say(N_("There is nothing to undo."))}
    act, kept = desk.undo(id)
    if act is None:
        return ask.again(sent, ask.say(N_("Nothing was taken back: it was decided anew since.")))
    said = ask.say(N_("Taken back for %(n)d."), n=len(act.keys)) + (over and f" {over}")
    if kept:
        said += " " + ask.say(N_("%(n)d were decided anew since, and stay."), n=len(kept))
    if "question" not in sent:
        return {"said": said}
    at = desk.id_of(act.question, act.keys[0])
    if act.question != sent["question"]:
        return {"go": address(act.question, filters.FIRST, at), "said": said}
    return part(desk, ask.window, act.question, sent["filter"], at, said=said)


def _passed(ask: Ask, act: Act, who: str) -> str:
    sentence = N_("What you decided last about %(question)s stays as %(who)s has decided it anew since.")
    return ask.say(sentence, question=act.question, who=who)


def _again(ask: Ask, sent: Sent) -> Reply:
    question, on = sent["question"], bool(sent["on"])
    with ask.desk.lock:
        ask.desk.book.ask_again(question, ask.desk.keys_of(question, map(str, sent["ids"])), on=on)
    return ask.again(sent, ask.say(N_("Marked: ask again.") if on else N_("The mark is gone.")))


def _comment(ask: Ask, sent: Sent) -> Reply:
    desk, question = ask.desk, sent["question"]
    points = None if sent["points"] is None else float(sent["points"])
    made = rubric.comment(str(sent["text"]), points, possible=desk.questions[question], id=str(sent["id"])[:40])
    with desk.lock:
        desk.refresh()
        if sent["id"]:
            try:
                desk.current_rubric().check(question, {made.id: str(sent.get("seen", ""))})
            except rubric.Reworded:
                said = N_("Somebody else has changed this comment or taken it out: close this and look again.")
                return {"said": ask.say(said), "wrong": True}
        pairs = desk.affected(question, made)
        # what somebody agreed to is what was shown: others may have given the comment to more since
        digest = sha256(msgspec.json.encode(pairs)).hexdigest()
        if pairs and sent["sure"] != digest:
            html = pages.changed(desk, ask.window, question, made, pairs)
            said = ask.say(N_("This is what would change. Keep it again to make it so."))
            return {"changes": html, "digest": digest, "said": said}
        try:
            desk.change(question, made)
        except Meanwhile as others:
            return ask.again(sent, _meanwhile(ask, others))
    chosen = [*map(str, sent["chosen"]), *([] if sent["id"] else [made.id])]
    return {**ask.again(sent, ask.say(N_("The comment is kept."))), "chosen": chosen}


def _remove(ask: Ask, sent: Sent) -> Reply:
    ask.desk.remove(sent["question"], str(sent["id"]))
    return ask.again(sent, ask.say(N_("Taken out. Who got it keeps what it said.")))


def _rule(ask: Ask, sent: Sent) -> Reply:
    desk, question, place, accepted = ask.desk, sent["question"], int(sent["place"]), bool(sent["accepted"])
    case = next((one for one in desk.open_cases(question) if one.place == place), None)
    if case is None:
        return ask.again(sent, ask.say(N_("Nobody waits for this case any more.")))
    why = N_("a person looked at this test: it counts as passed"), N_("a person looked at this test: it does not count")
    desk.rule(case, accepted=accepted, why=desk.to_students(why[0 if accepted else 1]))
    said = N_("Accepted for %(n)d.") if accepted else N_("Refused for %(n)d.")
    return ask.again(sent, ask.say(said, n=len(case.works)))


def _unrule(ask: Ask, sent: Sent) -> Reply:
    ask.desk.unrule(str(sent["question"]), int(sent["place"]), str(sent["name"]))
    return {"said": ask.say(N_("Taken back."))}


def _requests(ask: Ask, sent: Sent) -> Reply:
    lost = ask.desk.look_for(str(sent["text"]))
    if lost:
        return {"said": ask.say(N_("Nobody is called: %(who)s"), who=", ".join(lost[:5]))}
    return {"said": "", "reload": True}


def _import(ask: Ask, sent: Sent) -> Reply:
    new = ask.desk.bring_in(str(sent["content"]).encode(), str(sent["name"])[:100])
    return {"said": ask.say(N_("%(n)d comments are new."), n=new)}


def _write(ask: Ask, sent: Sent) -> Reply:
    ask.desk.write()
    return {"said": ask.say(N_("Table, class page and the LMS's files are written."))}


ACTS: dict[str, Callable[[Ask, Sent], Reply]] = {
    "decide": _decide,
    "undo": _undo,
    "again": _again,
    "comment": _comment,
    "comment/remove": _remove,
    "rule": _rule,
    "unrule": _unrule,
    "requests": _requests,
    "import": _import,
    "write": _write,
}
