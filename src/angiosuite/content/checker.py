"""Every fault of some content, or of all that is installed, as printable sentences."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from angiosuite.content.dose_levels import dose_file, dose_level_faults
from angiosuite.content.faults import Fault
from angiosuite.content.item_file import ItemFile, read_item
from angiosuite.content.kinds import KINDS, Kind
from angiosuite.content.loader import Library, dangling, load_library, stray_faults, taken_fault
from angiosuite.content.packs import find_packs, item_folders
from angiosuite.kit.errors import WrongUse


def check(paths: Iterable[Path | str] = (), directories: Iterable[Path | str] = ()) -> list[Fault]:
    """Every fault of the items at `paths`; of all packs when none is given.

    Parameters
    ----------
    paths : iterable of path
        An item's file or folder, a folder of a kind, or a pack.
    directories : iterable of path
        Packs of the settings, which references may name.

    Returns
    -------
    list of Fault
        Sorted by file and line; print each for ``file:line: field: what is wrong (got …); try …``.

    Raises
    ------
    WrongUse
        When a path does not exist or holds no content.
    """
    directories = list(directories)
    packs, faults = find_packs(directories)
    chosen = [Path(path) for path in paths]
    items = [path for path in chosen if _is_pack(path) or dose_file(path) is None]
    if chosen:
        faults = [fault for path in items if _is_pack(path) for fault in stray_faults(path)]
    else:
        faults += [fault for pack in packs for fault in stray_faults(pack.folder)]
    faults += dose_level_faults(chosen or [pack.folder for pack in packs])
    if items or not chosen:
        faults += _faults_of_all(files_at(items, directories), load_library(directories))
    return sorted(_without_repetition(faults), key=lambda fault: (str(fault.path), fault.line, fault.field))


def files_at(paths: Iterable[Path | str] = (), directories: Iterable[Path | str] = ()) -> list[ItemFile]:
    """The items at some paths, read; of all packs when none is given.

    Raises
    ------
    WrongUse
        When a path does not exist or holds no content.
    """
    chosen = [Path(path) for path in paths]
    files: list[ItemFile] = []
    for path in chosen or [pack.folder for pack in find_packs(directories)[0]]:
        found = _items_at(path)
        if found is None:
            raise WrongUse(
                "There is no content here",
                code="no-content",
                where=str(path),
                way_out=f"Name an item's folder, or a folder that holds {' or '.join(KINDS)}.",
            )
        files += [read_item(folder, kind) for folder, kind in found]
    return files


def _is_pack(path: Path) -> bool:
    """Whether a folder has folders of kinds."""
    return path.is_dir() and any((path / name).is_dir() for name in KINDS)


def _without_repetition(faults: list[Fault]) -> list[Fault]:
    """The faults without repetitions, in order."""
    seen: dict[str, Fault] = {}
    for fault in faults:
        seen.setdefault(str(fault), fault)
    return list(seen.values())


def _faults_of_all(files: list[ItemFile], library: Library) -> list[Fault]:
    from angiosuite.content.device_faults import device_faults
    from angiosuite.content.drill_faults import drill_faults
    from angiosuite.content.guide_text import TextPool, prose_faults, text_faults
    from angiosuite.content.links import link_faults
    from angiosuite.content.pathway import PathwayItem
    from angiosuite.content.programme import programme_faults
    from angiosuite.content.vessel_faults import vessel_faults

    faults: list[Fault] = []
    first: dict[tuple[str, str], Path] = {
        (name, identity): loaded.folder
        for name, items in library.items.items()
        for identity, loaded in items.items()
    }
    for read in files:
        if read.item is not None:
            folder = read.marked.path.parent.resolve()
            earlier = first.setdefault((read.kind.name, read.item.id), folder)
            if earlier.resolve() != folder:
                faults.append(taken_fault(read, earlier))
        faults += read.faults
    known = {name: [identity for kind, identity in first if kind == name] for name in KINDS}
    pool = TextPool()
    for (name, _), folder in first.items():
        if (text_file := KINDS[name].text_file) is not None:
            pool.add(folder / text_file)
    pathways = {name: loaded.item for name, loaded in library.items["pathways"].items()}
    pathways |= {read.item.id: read.item for read in files if isinstance(read.item, PathwayItem)}
    whole = {name: item for name, item in pathways.items() if isinstance(item, PathwayItem)}
    items = {
        name: {identity: loaded.item for identity, loaded in library.items[name].items()}
        | {read.item.id: read.item for read in files if read.item is not None and read.kind.name == name}
        for name in KINDS
    }
    for read in files:
        faults += dangling(read, known)
        faults += device_faults(read, items)
        faults += drill_faults(read, items)
        faults += vessel_faults(read, items)
        faults += programme_faults(read, whole.get)
        faults += [*text_faults(read, known, pool), *prose_faults(read, known), *link_faults(read)]
    return faults


def _items_at(path: Path) -> list[tuple[Path, Kind]] | None:
    """Item folders with their kind at a path, None when it is no content at all."""
    if _is_pack(path):
        return [(folder, kind) for kind in KINDS.values() for folder in item_folders(path, kind.name)]
    for kind in KINDS.values():
        if path.is_file() and path.name in (kind.file, kind.text_file):
            return [(path.parent, kind)]
        if (path / kind.file).is_file() or (path.is_dir() and path.absolute().parent.name == kind.name):
            return [(path, kind)]
        if path.is_dir() and path.absolute().name == kind.name:
            return [(folder, kind) for folder in item_folders(path.absolute().parent, kind.name)]
    return None
