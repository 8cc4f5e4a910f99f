"""Templates are compiled once, and what is kept of that is used only where it is whole."""

from pathlib import Path

import jinja2
import pytest

from autograder.report.pages import templating
from autograder.report.pages.templating import environment

PAGES = "autograder.report.pages"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for bytecode that is this test's own."""
    monkeypatch.setattr(templating, "own_cache", lambda name: tmp_path)
    return tmp_path


def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the templates that are compiled from now on."""
    names: list[str] = []
    compile_ = jinja2.Environment.compile

    def seen(self: jinja2.Environment, source: str, name: str, *more: object, **options: object) -> object:
        names.append(name)
        return compile_(self, source, name, *more, **options)

    monkeypatch.setattr(jinja2.Environment, "compile", seen)
    return names


def test_what_one_command_compiled_the_next_one_reads(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = compiled(monkeypatch)
    environment("en", PAGES).get_template("base.html.j2")
    environment("de", PAGES).get_template("base.html.j2")
    assert names == ["base.html.j2"]
    # blanks are cut otherwise: another template, beside the first
    environment("en", PAGES, lstrip_blocks=True).get_template("base.html.j2")
    assert names == ["base.html.j2"] * 2
    assert len(list(kept.iterdir())) == 2
    environment("en", PAGES).get_template("base.html.j2")
    assert len(names) == 2


@pytest.mark.parametrize("place", [0, 31, 32, -1])
@pytest.mark.parametrize("harm", ["changed", "cut", "empty"])
def test_what_is_damaged_is_compiled_again(kept: Path, monkeypatch: pytest.MonkeyPatch, place: int, harm: str) -> None:
    environment("en", PAGES).get_template("base.html.j2")
    (file,) = kept.iterdir()
    whole = bytearray(file.read_bytes())
    content = {"changed": bytearray(whole), "cut": whole[:place], "empty": bytearray()}[harm]
    if harm == "changed":
        content[place] ^= 1
    file.write_bytes(content)
    names = compiled(monkeypatch)
    environment("en", PAGES).get_template("base.html.j2")
    assert names == ["base.html.j2"]
    assert file.read_bytes() == whole, "and kept again"


def test_where_nothing_can_be_kept_pages_are_drawn_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(templating, "own_cache", lambda name: tmp_path / "file")
    assert environment("en", PAGES).get_template("base.html.j2")
    monkeypatch.setattr(templating, "own_cache", lambda name: None)
    assert environment("en", PAGES).get_template("base.html.j2")


def test_what_is_put_into_a_template_is_escaped_and_what_is_missing_is_a_fault(kept: Path) -> None:
    made = environment("de", PAGES)
    assert made.from_string("{{ text }}").render(text="<b>&'\"") == "&lt;b&gt;&amp;&#39;&#34;"
    with pytest.raises(jinja2.UndefinedError):
        made.from_string("{{ nothing }}").render()
    with pytest.raises(jinja2.UndefinedError):
        made.from_string("{{ nothing.more }}").render()
    # a block's line leaves none behind; a sentence is of the language, with what stands in it escaped
    assert made.from_string("{% if true %}\na\n{% endif %}\nb").render() == "a\nb"
    assert made.from_string("  {% if true %}a{% endif %}").render() == "  a"
    short = environment("de", PAGES, lstrip_blocks=True)
    assert short.from_string("  {% if true %}\na{% endif %}").render() == "a"
    assert made.from_string('{{ _("Cell %(n)d", n=3) }}').render() == "Zelle 3"
    plural = '{{ ngettext("%(num)d student", "%(num)d students", n) }}'
    assert [made.from_string(plural).render(n=n) for n in (1, 2)] == ["1 Person", "2 Personen"]
