"""Where content comes from: the built-in package, installed packs, and directories in the settings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from angiosuite.content.faults import Fault
from angiosuite.content.kinds import KINDS
from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.home import Home

ENTRY_POINTS = "angiosuite.content"
BUILTIN = "angiosuite_content"


@dataclass(frozen=True, slots=True)
class Pack:
    """One folder with ``patients/``, ``equipment/`` … below it.

    Parameters
    ----------
    name : str
        The package, or the directory as written in the settings.
    folder : Path
        Where it is.
    """

    name: str
    folder: Path


def directories_of(home: Home) -> list[Path]:
    """Directories of packs that a home's settings file names: ``{"content": ["/path/of/a/pack"]}``.

    Raises
    ------
    RefusedInput
        When the file or its list cannot be read.
    """
    try:
        named = json.loads(home.settings_file.read_text("utf-8")).get("content", [])
        if not isinstance(named, list) or not all(isinstance(name, str) and name for name in named):
            raise ValueError("content is not a list of folders")
    except FileNotFoundError:
        return []
    except (OSError, ValueError, AttributeError) as error:
        raise RefusedInput(
            "The settings file cannot be read",
            code="settings-broken",
            where=str(home.settings_file),
            value=str(error)[:80],
            way_out='Mend it: {"content": ["/path/of/a/pack"]}.',
        ) from error
    return [home.root / Path(name).expanduser() for name in named]


def find_packs(directories: Iterable[Path | str] = ()) -> tuple[list[Pack], list[Fault]]:
    """Every pack, the built-in one first, and a fault for each that is named but not there.

    Parameters
    ----------
    directories : iterable of path
        Packs named in the settings.
    """
    packs: list[Pack] = []
    faults: list[Fault] = []

    def add(name: str, folder: Path | None, origin: Path) -> None:
        if folder is None or not folder.is_dir():
            faults.append(
                Fault(origin, 1, "", "the pack is not there", name, "install it again, or drop its name")
            )
        elif folder.resolve() not in [pack.folder for pack in packs]:
            packs.append(Pack(name, folder.resolve()))

    add(BUILTIN, _package_folder(BUILTIN), Path(BUILTIN))
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        add(point.value, _package_folder(point.module), Path(point.value))
    for directory in directories:
        folder = Path(directory).expanduser()
        add(str(directory), folder, folder)
    return packs, faults


def _package_folder(name: str) -> Path | None:
    """Folder of a package without running its code."""
    try:
        spec = find_spec(name)
    except (ImportError, ValueError):
        return None
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    return Path(places[0]) if places else None


def item_folders(pack: Path, kind_name: str) -> list[Path]:
    """Folders that hold items of one kind in a pack, by name."""
    folder = pack / kind_name
    if not folder.is_dir():
        return []
    return sorted(entry for entry in folder.iterdir() if entry.is_dir() and not _hidden(entry.name))


def stray_folders(pack: Path) -> list[Path]:
    """Folders of a pack that hold YAML but are no kind: most often a misspelt one."""
    folders = [entry for entry in pack.iterdir() if entry.is_dir() and not _hidden(entry.name)]
    return sorted(entry for entry in folders if entry.name not in KINDS and any(entry.glob("*/*.yaml")))


def _hidden(name: str) -> bool:
    """Whether a folder is no item: hidden, private, or the licence texts of several items."""
    return name.startswith((".", "_")) or name == "LICENSES"
