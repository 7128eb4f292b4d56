"""Dangerous words in the source: none outside a list that gives its reasons."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APPS = ("succession", "candidates", "pools", "training")
SOURCES = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "frontend").rglob("*.js"))

CALLS = {"eval", "exec", "compile", "__import__", "mark_safe", "SafeString", "Markup", "made", "csrf_exempt"} | {
    "system",
    "popen",
}
MODULES = {"pickle", "marshal", "shelve", "dill", "yaml", "telnetlib", "xml.etree.ElementTree", "xml.dom", "xml.sax"}
# Raw SQL: where, and why the query builder would not do.
RAW_SQL = {
    "succession/organisation/access.py": "roles, units in reach and own seat in one recursive statement",
    "succession/organisation/audit.py": "a line at every page of a confidential record, planned once a connection",
    "succession/organisation/database_roles.py": "rights of the database's own roles",
    "succession/organisation/heads.py": "heads of units in one recursive statement",
    "succession/organisation/health.py": "asks whether the database answers",
    "succession/organisation/jobs.py": "advisory locks, limits of a connection",
    "succession/organisation/management/commands/grant_roles.py": "rights of the database's own roles",
    "succession/organisation/imports/alone.py": "one import at a time: an advisory lock",
    "succession/organisation/imports/ledger.py": "COPY of the rows; names are those of our own models, quoted",
    "succession/organisation/imports/writing.py": "ids ahead of the rows",
    "succession/organisation/prepared.py": "runs the statements of others, planned once a connection",
    "succession/organisation/sessions.py": "the session of every request, planned once a connection",
    "succession/organisation/selectors/audit.py": "the kinds of acts from an index, one step a kind",
    "succession/organisation/selectors/units.py": "units below a unit, recursive",
    "succession/organisation/statements.py": "runs again what the query builder has built",
    "succession/selectors/chart.py": "posts above a post, recursive",
    "succession/selectors/nodes.py": "nodes of the map in one statement, recursive",
    "succession/selectors/stored.py": "the overview in two statements, planned once a connection",
    "succession/selectors/scope.py": "units below units, recursive",
    "pools/foretelling.py": "the recompute's statement over facts of a dry run",
    "pools/forecasts.py": "limits of its own transaction",
    "succession/organisation/copied.py": "COPY of facts into a statement",
    "pools/changes.py": "an advisory lock",
    "pools/recompute.py": "one set-based statement for all figures; the names that count copied in binary",
    "pools/statuses.py": "counted and kept in one statement",
    "pools/selectors/coverage.py": "units below a unit, recursive",
    "pools/selectors/statements.py": "pages of pools: planned once a connection, worded in no time",
}
# Statements put together: from constants of the module and from what the driver has quoted.
PUT_TOGETHER = {"copied.py", "foretelling.py", "grant_roles.py", "ledger.py", "prepared.py", "recompute.py"}
ALLOWED_CALLS: dict[str, set[str]] = {
    # The one door to markup; marks and pictures go through it, with every value escaped.
    "succession/organisation/interface/markup.py": {"Markup"},
    "succession/organisation/interface/chips.py": {"Markup", "made"},
    "succession/organisation/interface/environment.py": {"made"},
    "succession/organisation/interface/forms.py": {"made"},
    "succession/organisation/interface/parts.py": {"made"},
    "succession/organisation/interface/pictures.py": {"made"},
    "succession/organisation/interface/words.py": {"made"},
    # The rows of a pool, most of its page: written as marks are.
    "pools/views/drawn.py": {"made"},
    # A template of ours inside a borrowed one: rendered, so escaped.
    "succession/organisation/templatetags/pages.py": {"mark_safe"},
}


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def calls_in(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            yield function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        for decorator in getattr(node, "decorator_list", []):
            yield getattr(decorator, "attr", getattr(decorator, "id", ""))


def modules_in(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def is_shell(node):
    return isinstance(node, ast.Call) and any(
        word.arg == "shell" and getattr(word.value, "value", False) is True for word in node.keywords
    )


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_calls_nothing_dangerous(path):
    tree = ast.parse(path.read_text())
    assert set(calls_in(tree)) & CALLS - {"compile"} <= ALLOWED_CALLS.get(name_of(path), set())
    assert not [module for module in modules_in(tree) if module in MODULES or module.split(".")[0] in MODULES]
    assert not [node for node in ast.walk(tree) if is_shell(node)]


def uses_raw_sql(path):
    """A cursor, a raw query, or `extra`: whatever takes a statement as text."""
    tree = ast.parse(path.read_text())
    return (
        any(
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"execute", "executemany", "raw", "RawSQL", "extra", "copy_expert", "mogrify"}
            for node in ast.walk(tree)
        )
        or "RawSQL(" in path.read_text()
    )


def test_raw_sql_stands_where_it_must():
    found = {name_of(path) for path in SOURCES if uses_raw_sql(path) and "localservers" not in path.parts}
    assert found == set(RAW_SQL)


@pytest.mark.parametrize("path", [path for path in SOURCES if name_of(path) in RAW_SQL], ids=name_of)
def test_statements_are_never_put_together_from_values(path):
    """Names may be formatted in where they are constants or quoted; values go as parameters, always."""
    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"execute", "raw", "copy_expert"}
        ):
            statement = node.args[0] if node.args else None
            assert not isinstance(statement, ast.BinOp), ast.unparse(node)
            if isinstance(statement, ast.JoinedStr):
                assert path.name in PUT_TOGETHER, ast.unparse(node)


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_escapes_and_holds_no_script(path):
    text = path.read_text()
    assert not re.search(r"\|\s*safe\b|\|\s*safeseq\b|autoescape\s+off", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=[\"']|javascript:", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_message_of_a_template_is_written_in_it(path):
    """A message counts as markup, so it never comes from a value."""
    text = path.read_text()
    assert not re.search(r"(?<!\w)(?:_|plural)\(\s*[^\s\"']", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_a_script_makes_no_code_of_text(path):
    assert not re.search(
        r"\beval\(|new Function\(|document\.write\(|insertAdjacentHTML|\.outerHTML\s*=", path.read_text()
    )


def test_forms_that_write_carry_the_csrf_token():
    without = [
        name_of(path)
        for path in TEMPLATES
        for form in re.findall(r"<form\b.*?</form>", path.read_text(), re.DOTALL)
        if re.search(r"method=\"post\"", form, re.IGNORECASE)
        and not re.search(r"csrf_token %|csrf_input|name=\"csrfmiddlewaretoken\"", form)
    ]
    assert without == []
