"""The library: every item of every pack by kind and id, with what was wrong and left out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from angiosuite.content.address import not_there
from angiosuite.content.case_id import case_parts
from angiosuite.content.equipment import EquipmentItem
from angiosuite.content.faults import Fault, nearest
from angiosuite.content.item_file import ItemFile, read_item
from angiosuite.content.kinds import KINDS, Kind
from angiosuite.content.packs import Pack, find_packs, item_folders, stray_folders
from angiosuite.content.patient import PatientItem
from angiosuite.content.phantom import PhantomItem
from angiosuite.content.procedure import ProcedureItem
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


class Items(Mapping[str, dict[str, LoadedItem]]):
    """Items by kind and id; a kind is read when it is first asked for.

    Parameters
    ----------
    packs : sequence of Pack
        Where they are, the first winning.
    """

    def __init__(self, packs: Sequence[Pack]) -> None:
        self._packs = packs
        self._loaded: dict[str, tuple[dict[str, LoadedItem], list[Fault]]] = {}

    def _of(self, name: str) -> tuple[dict[str, LoadedItem], list[Fault]]:
        if name not in self._loaded:
            kind, known = KINDS[name], dict[str, LoadedItem]()
            faults: list[Fault] = []
            for pack in self._packs:
                for folder in item_folders(pack.folder, name):
                    faults += _add(known, kind, folder, pack.name)
            self._loaded[name] = known, faults
        return self._loaded[name]

    def __getitem__(self, name: str) -> dict[str, LoadedItem]:
        return self._of(name)[0]

    def __iter__(self) -> Iterator[str]:
        return iter(KINDS)

    def __len__(self) -> int:
        return len(KINDS)

    def faults(self, name: str) -> list[Fault]:
        """What is wrong with the items of a kind."""
        return self._of(name)[1]


class Library:
    """All content that is in use; faulty items are left out and listed in `faults`.

    Parameters
    ----------
    packs : sequence of Pack
        Where it comes from.
    faults : sequence of Fault
        What was wrong with the packs themselves.
    """

    def __init__(self, packs: Sequence[Pack], faults: Sequence[Fault] = ()) -> None:
        self.items: Mapping[str, dict[str, LoadedItem]]
        self.items = self._items = Items(packs)
        self.packs: tuple[Pack, ...] = tuple(packs)
        self._pack_faults = tuple(faults)
        self._cases: dict[str, LoadedItem] = {}

    @property
    def faults(self) -> list[Fault]:
        """What is wrong with packs and items; every kind is read for it."""
        return [*self._pack_faults, *(fault for name in KINDS for fault in self._items.faults(name))]

    def faults_of(self, kind: str) -> list[Fault]:
        """What is wrong with the items of one kind."""
        return self._items.faults(kind)

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

    def drill(self, identity: str) -> LoadedItem:
        """A drill, or a case of a procedure as one, by `procedure.variant.level`.

        Raises
        ------
        WrongUse
            When drill, procedure, variant or level is not known.
        """
        case = case_parts(identity)
        if case is None:
            return self.get("drills", identity)
        if identity not in self._cases:
            loaded = self.get("procedures", case.procedure)
            made = _typed(loaded, ProcedureItem).case(case.variant, case.level)
            self._cases[identity] = replace(loaded, item=made)
        return self._cases[identity]

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
    """The built-in pack, installed packs and `directories`; never raises for faulty content.

    A kind is read when it is first asked for, and a file once in a process as long as it is the same.
    """
    packs, faults = find_packs(directories)
    return Library(packs, [*faults, *(fault for pack in packs for fault in stray_faults(pack.folder))])


def stray_faults(pack: Path) -> list[Fault]:
    """A fault for each folder of a pack that looks like a misspelt kind."""
    faults = []
    for folder in stray_folders(pack):
        near = nearest(folder.name, KINDS)
        way_out = near or "one of " + ", ".join(KINDS)
        faults.append(Fault(folder, 1, "", "is not a kind of content", folder.name, way_out))
    return faults


def _add(known: dict[str, LoadedItem], kind: Kind, folder: Path, pack: str) -> list[Fault]:
    """Take the item in a folder into `known`; what is wrong with it."""
    read = read_item(folder, kind)
    if read.item is None:
        return read.faults
    if read.item.id in known:
        return [*read.faults, taken_fault(read, known[read.item.id].folder)]
    known[read.item.id] = LoadedItem(kind.name, read.item, folder, pack, hash_item(read.item))
    return read.faults


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
        ids = [each for kind in reference.kinds for each in known.get(kind, ())]
        if reference.identity in ids or read.is_invented(reference.location):
            continue
        line = read.marked.line_of(reference.location)
        problem, way_out = not_there(reference.kinds, reference.identity, ids)
        faults.append(Fault(read.marked.path, line, reference.field, problem, reference.identity, way_out))
    return faults
