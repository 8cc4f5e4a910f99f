"""From what a TA downloaded to one notebook a student.

Paths are taken in turn: a zip or folder of an LMS by the names inside it, a folder per student, loose notebooks named
after students. What cannot become a submission is a :class:`~autograder.model.Refused` with its reason; nothing is
dropped without a word.
"""

import hashlib
import os
import stat
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from autograder.errors import NotebookError, UsageError
from autograder.lms.formats import FORMATS, Format
from autograder.lms.intake import loose
from autograder.lms.intake.archive import BULK, ignored, safe_part, unpack
from autograder.lms.intake.choose import Chosen, choose
from autograder.lms.intake.keys import key_of, with_member_keys
from autograder.lms.intake.places import path_text
from autograder.lms.intake.whose import is_person
from autograder.lms.intake.works import settle
from autograder.lms.names import fold, name_keys
from autograder.lms.records import Bundle, Intake, Item
from autograder.model import Refused, Space, Student, Submission
from autograder.untrusted import whole_in

__all__ = ["collect", "collect_one", "replacement"]


_Written = TypeVar("_Written", Intake, Submission | Refused)


class _Found(NamedTuple):
    bundles: list[Bundle]
    recognised: str
    warnings: list[str]
    nameless: tuple[Refused, ...] = ()
    """Work in an LMS's download whose name is not one that the LMS gives."""


def collect(
    paths: Sequence[str | Path],
    *,
    workdir: str | Path,
    assignment: str | None = None,
    people: Sequence[Student] = (),
) -> Intake:
    """Find the submissions in what the LMS gave.

    Args:
        paths: zips, folders, notebooks.
        workdir: folder of ours that archives are unpacked into; must outlive the grading.
        assignment: the assignment's name: tells its notebook from others of the same student.
        people: everybody on the rosters: some LMSs' file names cannot be read without them.

    Raises:
        UsageError: the work folder cannot be written.
    """
    work = Path(workdir)
    try:
        work.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{work}: cannot be written ({error.strerror}): choose another folder with -o") from error
    bundles: list[Bundle] = []
    refused: list[Refused] = []
    warnings: list[str] = []
    recognised: list[str] = []
    single: list[tuple[int, Item]] = []
    for number, path in enumerate(dict.fromkeys(Path(given) for given in paths), start=1):
        place = work / hashlib.sha256(str(path.absolute()).encode(errors="surrogateescape")).hexdigest()[:12]
        try:
            if not path.exists():
                raise NotebookError("not-found", f"{path}: there is no such file or folder: check the path")
            if not path.is_dir() and not _is_bulk_zip(path):
                single.append((number, _single(path, assignment)))
                continue
            found = _from_path(path, place, assignment, people)
        except NotebookError as error:
            students = loose.whose(path.stem, assignment) if is_person(path.stem, people) else ()
            refused.append(Refused(file=path.name, reason=error.reason, message=str(error), students=students))
            continue
        bundles += [msgspec.structs.replace(one, argument=number) for one in found.bundles]
        warnings += found.warnings
        refused += found.nameless
        recognised.append(f"{path.name}: {found.recognised}, {_count(len(found.bundles), 'submission')}")
    bundles += _from_files(single, assignment, people)
    if single:
        recognised.append(f"{_count(len(single), 'file')} named one by one")
    bundles, superseded = _newest(sorted(bundles, key=lambda bundle: bundle.argument))
    warnings += superseded
    submissions: list[Submission] = []
    taken: set[str] = set()
    for number, bundle in enumerate(bundles):
        chosen = choose(bundle, work / f"s{number:05d}", assignment)
        if isinstance(chosen, Refused):
            refused.append(chosen)
        else:
            submissions.append(_submission(bundle, chosen, key_of(bundle.students, taken)))
            warnings += [f"{chosen.file}: {note}" for note in chosen.problems]
    submissions, clashes, said = _one_each(submissions, people)
    submissions = with_member_keys(submissions, lambda student: key_of((student,), taken))
    refused += clashes
    warnings += said
    return _in_characters(
        Intake(
            submissions=tuple(submissions),
            refused=tuple(refused),
            warnings=tuple(warnings),
            recognised=tuple(recognised),
        )
    )


def _in_characters(found: _Written) -> _Written:
    """A name on disk is bytes, and those of a Windows zip that was unpacked on Linux are no text."""
    return msgspec.convert(whole_in(msgspec.to_builtins(found)), type(found))


def collect_one(
    folder: Path,
    *,
    workdir: Path,
    assignment: str,
    students: tuple[Student, ...] = (),
    key: str = "submission",
    submitted: str | None = None,
) -> Submission | Refused:
    """The submission in a folder that holds the files of one student, or of one group, and nothing else.

    Args:
        folder: where the files lie; a folder that is not there is an empty submission.
        workdir: folder of ours that archives are unpacked into; must outlive the grading.
        assignment: the assignment's name: tells its notebook from others.
        students: who handed it in, where that is known.
        key: what it is known by in this run; safe as a file name.
        submitted: ISO 8601.
    """
    items, _ = _walk(folder)
    this = Bundle(students=(Student(id="this submission"),), items=tuple(items), source="this submission")
    chosen = choose(this, workdir, assignment)
    found = chosen if isinstance(chosen, Refused) else _submission(this, chosen, key)
    found = msgspec.structs.replace(found, students=students)
    return _in_characters(found if isinstance(found, Refused) else msgspec.structs.replace(found, submitted=submitted))


def replacement(path: Path, *, workdir: Path, assignment: str, student: Student) -> Submission | Refused:
    """The one file, zip or folder that the TA names as a student's work."""
    if path.is_dir():
        items, _ = _walk(path)
    else:
        items = [Item((safe_part(path.name),), path, _unfit(path, path.name))]
    bundle = Bundle(students=(student,), items=tuple(items), source=path.name, own=True)
    chosen = choose(bundle, workdir, assignment)
    return _in_characters(chosen if isinstance(chosen, Refused) else _submission(bundle, chosen, "replacement"))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _submission(bundle: Bundle, chosen: Chosen, key: str) -> Submission:
    return Submission(
        key=key,
        students=bundle.students,
        file=chosen.file,
        path=str(chosen.path),
        files={name: str(path) for name, path in chosen.files.items()},
        late=bundle.late,
        submitted=bundle.submitted,
        lms_tag=bundle.tags.get(chosen.tag_of, bundle.tag),
        source=bundle.source,
        argument=bundle.argument,
        own=bundle.own,
        notes=(*bundle.notes, *chosen.notes, *chosen.problems),
    )


def _is_bulk_zip(path: Path) -> bool:
    if any(known.claims((safe_part(path.name),)) for known in FORMATS.values()):
        return False  # one student's zip out of an unpacked download
    return path.suffix.lower() == ".zip" or (path.suffix.lower() not in (".ipynb", ".py") and zipfile.is_zipfile(path))


def _single(path: Path, assignment: str | None) -> Item:
    name = safe_part(path.name)
    if assignment and loose.is_assignment(path.stem, assignment) and path.absolute().parent.name:
        # asmith/hw01.ipynb blee/hw01.ipynb: the folder says whose it is
        return Item((safe_part(path.absolute().parent.name), name), path)
    return Item((name,), path)


def _from_path(path: Path, place: Path, assignment: str | None, people: Sequence[Student]) -> _Found:
    """A folder or zip that the TA gave: one student's, or a class's."""
    if path.is_dir():
        items, folders = _walk(path)
    else:
        unpacked = unpack(path, place, limits=BULK, source=path.name)
        items, folders = unpacked.items, unpacked.folders
    container = safe_part(path.name if path.is_dir() else path.stem)
    if items and is_person(container, people):
        # whatever is in it: a student may call files as an LMS or other students do
        return _Found([loose.whole(items, path.name, assignment, container)], loose.NAME, [])
    found = _recognise(items, path.name, assignment, people, container=container, zipped=not path.is_dir())
    if found.recognised == loose.NAME:
        empty = loose.empty_folders(items, folders, path.name)
        found = found._replace(bundles=found.bundles + empty)
    if not found.bundles:
        raise NotebookError("empty", f"{path.name}: no files in it: check the path, or download it again")
    return found


def _from_files(given: Sequence[tuple[int, Item]], assignment: str | None, people: Sequence[Student]) -> list[Bundle]:
    """Files that the TA named one by one: out of an LMS's unpacked download, or each a student's own."""
    kinds: dict[str, list[tuple[int, Item]]] = {}
    for number, item in given:
        kind = next((kind for kind, known in reversed(FORMATS.items()) if known.claims(item.parts)), "")
        kinds.setdefault(kind, []).append((number, item))
    found: list[Bundle] = []
    for kind, files in kinds.items():
        items = [item for _, item in files]
        if kind:
            bundles = FORMATS[kind].bundles(items, "the command line", people)
            found += [msgspec.structs.replace(one, argument=files[-1][0]) for one in bundles]
            continue
        for number, item in files:
            found += [
                msgspec.structs.replace(one, argument=number, own=True)
                for one in loose.bundles([item], "/".join(item.parts), assignment, None)
            ]
    return found


def _walk(root: Path) -> tuple[list[Item], list[tuple[str, ...]]]:
    items: list[Item] = []
    folders: list[tuple[str, ...]] = []

    def unreadable(error: OSError) -> None:
        where = Path(error.filename)
        parts = tuple(map(safe_part, where.relative_to(root).parts)) or (safe_part(root.name),)
        items.append(Item(parts, where, ("unreadable", f"{where}: cannot be read ({error.strerror})")))

    for folder, names, files in os.walk(root, onerror=unreadable):
        here = Path(folder)
        inside = tuple(map(safe_part, here.relative_to(root).parts))
        names.sort()
        for name in [*names, *sorted(files)]:
            path = here / name
            parts = (*inside, safe_part(name))
            if ignored((name,)):
                names[:] = [other for other in names if other != name]
            elif path.is_symlink():
                names[:] = [other for other in names if other != name]
                shown = path.relative_to(root)
                items.append(
                    Item(parts, path, ("symlink", f"{shown} is a link, not a file: put the file itself there"))
                )
            elif name in names:
                folders.append(parts)
            else:
                items.append(Item(parts, path, _unfit(path, str(path.relative_to(root)))))
    return items, folders


def _unfit(path: Path, shown: str) -> tuple[str, str] | None:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return "not-a-file", f"{shown} is a device or pipe, not a file: remove it"
        with path.open("rb"):
            return None
    except OSError as error:
        return "unreadable", f"{shown} cannot be read ({error.strerror}): check its permissions"


def _recognise(
    items: list[Item],
    source: str,
    assignment: str | None,
    people: Sequence[Student],
    *,
    container: str | None,
    zipped: bool = False,
) -> _Found:
    """The bundles by the LMS whose names most of the files have, at the top or below a common folder."""
    trimmed, above = items, items
    while trimmed:
        counts = [(sum(known.claims(item.parts) for item in trimmed), known) for known in FORMATS.values()]
        claimed, best = max(reversed(counts), key=lambda pair: pair[0])
        if claimed * 2 >= len(trimmed):
            pairs = list(zip(trimmed, above if best.UNDER_TITLE else trimmed, strict=True))
            bundles = best.bundles([whole for item, whole in pairs if best.claims(item.parts)], source, people)
            strange = [item for item in trimmed if not best.claims(item.parts) and not _is_own(best, item)]
            said = f"is not named as {best.KIND} names its downloads"
            warnings = [f"{source}: {path_text(i.parts)} {said}: left out" for i in strange if not _is_work(i)]
            nameless = (
                Refused(
                    file=path_text(item.parts),
                    reason="nameless",
                    message=f"{source}: {path_text(item.parts)} {said}: unpack the download, and rename it "
                    "as its student's files are, or remove it",
                )
                for item in strange
                if _is_work(item)
            )
            return _Found(bundles, f"{best.KIND} download", warnings, tuple(nameless))
        tops = {item.parts[0] for item in trimmed}
        if len(tops) != 1 or any(len(item.parts) < 2 for item in trimmed) or is_person(tops.pop(), people):
            break
        above, trimmed = trimmed, [item._replace(parts=item.parts[1:]) for item in trimmed]

    return _Found(loose.bundles(items, source, assignment, container, zipped=zipped), loose.NAME, [])


def _is_own(known: Format, item: Item) -> bool:
    """Whether the LMS itself put the file beside the submissions."""
    return item.parts[-1].casefold() in known.OWN_FILES


def _is_work(item: Item) -> bool:
    return item.parts[-1].casefold().endswith((".ipynb", ".ipynb.txt", ".zip"))


def _newest(bundles: list[Bundle]) -> tuple[list[Bundle], list[str]]:
    """Of the attempts of one student in an LMS's downloads the newest, where the LMS tells the order."""
    groups: dict[tuple[str, str, frozenset[str]], list[Bundle]] = {}
    for bundle in bundles:
        who = bundle.students[0]
        # nothing says that a number which two names share is one person's
        key = ((bundle.tag or "").partition(":")[0], fold(who.id), name_keys(who.name))
        groups.setdefault(key, []).append(bundle)
    kept: list[Bundle] = []
    warnings: list[str] = []
    for group in groups.values():
        orders = {bundle.order for bundle in group}
        if len(group) == 1 or None in orders or len(orders) < len(group):
            kept += group
            continue
        who = group[0].students[0]
        kept.append(max(group, key=lambda bundle: bundle.order or ()))
        warnings.append(f"{who.name or who.id}: {len(group)} attempts, took the newest ({kept[-1].source})")
    return kept, warnings


def _one_each(
    submissions: list[Submission], people: Sequence[Student]
) -> tuple[list[Submission], list[Refused], list[str]]:
    """One submission of each student; without a class list a file's name is that student's under any kind of id."""
    groups: dict[tuple[Space, str, frozenset[str]], list[Submission]] = {}
    for submission in submissions:
        who = submission.students[0]
        groups.setdefault((who.own.space, fold(who.id), name_keys(who.name)), []).append(submission)
    if not people:
        # with one the matching says whose is whose: the number in a file's name may be another's Canvas ID
        named = {key[1]: key for key, (one, *_) in groups.items() if one.own}
        for key in [key for key in groups if key[1] in named and key != named[key[1]]]:
            groups[named[key[1]]] += groups.pop(key)
    settled = [settle(group) for group in groups.values()]
    kept = [one.kept for one in settled if one.kept is not None]
    return kept, [item for one in settled for item in one.refused], [line for one in settled for line in one.warnings]
