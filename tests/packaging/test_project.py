"""The project file promises what the package needs, and no more."""

import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOADED_BY_OTHERS = {
    "python-multipart": "fastapi reads uploads with it",
    "websockets": "uvicorn speaks with it",
}


def name_of(requirement: str) -> str:
    """The distribution a requirement names, in normal form."""
    return re.split(r"[\[<>=!~; ]", requirement)[0].lower().replace("_", "-")


def imported_distributions() -> set[str]:
    """Distributions that some module of the package imports."""
    modules = set()
    for path in (ROOT / "src").rglob("*.py"):
        modules |= set(
            re.findall(r"^\s*(?:from|import) ([a-zA-Z_0-9]+)", path.read_text("utf-8"), re.MULTILINE)
        )
    owners = packages_distributions()
    return {name_of(owner) for module in modules for owner in owners.get(module, [])}


def test_every_base_dependency_is_imported_somewhere():
    wanted = {name_of(requirement) for requirement in PROJECT["dependencies"]}
    assert wanted - imported_distributions() - set(LOADED_BY_OTHERS) == set()


def test_whatever_is_imported_is_a_base_dependency_or_an_extra():
    named = {name_of(r) for r in PROJECT["dependencies"]}
    named |= {name_of(r) for extra in PROJECT["optional-dependencies"].values() for r in extra}
    comes_along = {"annotated-types", "click", "llvmlite", "pydantic-core", "starlette"}  # of our own needs
    assert imported_distributions() - named - comes_along - {"angiosuite"} == set()


def test_the_licence_text_is_whole():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
