"""The library: every item of every pack by kind and id, with what was wrong and left out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from angiosuite.content.equipment import EquipmentItem
from angiosuite.content.faults import Fault, nearest
from angiosuite.content.item_file import ItemFile, read_item
from angiosuite.content.kinds import KINDS, Kind
from angiosuite.content.packs import find_packs, item_folders, stray_folders
from angiosuite.content.patient import PatientItem
from angiosuite.content.phantom import PhantomItem
from angiosuite.content.references import references_of
from angiosuite.content.schema import Item
from angiosuite.kit.errors import WrongUse, did_you_mean

ItemType = TypeVar("ItemType", bound=Item)


@dataclass(frozen=True, slots=True)
class LoadedItem:
    """One item and where it came from.

    Parameters
    ----------
    kind : str
        Name of the kind.
    item : Item
        The validated content.
    folder : Path
        Its folder, for files beside the YAML.
    pack : str
        Name of the pack.
    content_hash : str
        SHA-256 (hex) of the item's values: equal hashes mean the same content.
    """

    kind: str
    item: Item
    folder: Path
    pack: str
    content_hash: str


@dataclass(slots=True)
class Library:
    """All content that is in use; faulty items are left out and listed in `faults`."""

    items: dict[str, dict[str, LoadedItem]] = field(default_factory=lambda: {name: {} for name in KINDS})
    faults: list[Fault] = field(default_factory=list)

    def get(self, kind: str, identity: str) -> LoadedItem:
        """The item of a kind with this id.

        Raises
        ------
        WrongUse
            When it is not known; names the nearest id.
        """
        known = self.items[kind]
        if identity not in known:
            raise WrongUse(
                f"{KINDS[kind].singular.capitalize()} '{identity}' is not known",
                code=f"{KINDS[kind].singular}-not-known",
                way_out=f"{did_you_mean(identity, known)} See: angiosuite list {kind}".strip() + ".",
            )
        return known[identity]

    def patient(self, identity: str) -> PatientItem:
        """The parameters of a built-in patient; raises WrongUse when there is none."""
        return _typed(self.get("patients", identity), PatientItem)

    def equipment(self, identity: str) -> EquipmentItem:
        """An angiography machine; raises WrongUse when there is none."""
        return _typed(self.get("equipment", identity), EquipmentItem)

    def phantom(self, identity: str) -> PhantomItem:
        """A test phantom of iodine tubes; raises WrongUse when there is none."""
        return _typed(self.get("phantoms", identity), PhantomItem)


def _typed(loaded: LoadedItem, model: type[ItemType]) -> ItemType:
    assert isinstance(loaded.item, model)
    return loaded.item


def load_library(directories: Iterable[Path | str] = ()) -> Library:
    """Load the built-in pack, installed packs and `directories`; never raises for faulty content."""
    packs, faults = find_packs(directories)
    library = Library(faults=faults)
    for pack in packs:
        library.faults += stray_faults(pack.folder)
        for kind in KINDS.values():
            for folder in item_folders(pack.folder, kind.name):
                _add(library, kind, folder, pack.name)
    return library


def stray_faults(pack: Path) -> list[Fault]:
    """A fault for each folder of a pack that looks like a misspelt kind."""
    faults = []
    for folder in stray_folders(pack):
        near = nearest(folder.name, KINDS)
        way_out = near or "one of " + ", ".join(KINDS)
        faults.append(Fault(folder, 1, "", "is not a kind of content", folder.name, way_out))
    return faults


def _add(library: Library, kind: Kind, folder: Path, pack: str) -> None:
    read = read_item(folder, kind)
    library.faults += read.faults
    if read.item is None:
        return
    known = library.items[kind.name]
    if read.item.id in known:
        library.faults.append(taken_fault(read, known[read.item.id].folder))
        return
    known[read.item.id] = LoadedItem(kind.name, read.item, folder, pack, hash_item(read.item))


def taken_fault(read: ItemFile, first: Path) -> Fault:
    """The fault of an id that another item has already."""
    assert read.item is not None
    line = read.marked.line_of(("id",))
    return Fault(read.marked.path, line, "id", f"is taken by {first}", read.item.id, "another id")


def hash_item(item: Item) -> str:
    """SHA-256 (hex) of an item's values, whatever the order or comments of its file."""
    return hashlib.sha256(item.model_dump_json().encode()).hexdigest()


def dangling(read: ItemFile, known: Mapping[str, Iterable[str]]) -> list[Fault]:
    """A fault for each reference of an item to an id that no pack has.

    Parameters
    ----------
    read : ItemFile
        A file, faulty or not.
    known : dict of kind to ids
        What exists.
    """
    faults = []
    for reference in references_of(read.readable) if read.readable is not None else []:
        ids = list(known.get(reference.kind, ()))
        if reference.identity in ids or read.is_invented(reference.location):
            continue
        line = read.marked.line_of(reference.location)
        way_out = nearest(reference.identity, ids) or f"an id below {reference.kind}/"
        problem = f"no item of {reference.kind} has this id"
        faults.append(Fault(read.marked.path, line, reference.field, problem, reference.identity, way_out))
    return faults
