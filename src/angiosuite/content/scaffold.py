"""A new item that the checker accepts at once, with a word on every field."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from angiosuite.content.kinds import Kind, kind_named, template_text
from angiosuite.kit.errors import RefusedInput, WrongUse, did_you_mean
from angiosuite.kit.ids import is_safe_id


def new(kind: str, identity: str, folder: Path | str = ".", variant: str | None = None) -> Path:
    """Write a valid item and return its folder, ``FOLDER/<kind>/<id>``.

    Parameters
    ----------
    kind : str
        "patient", "equipment", "guide" …: a kind of `kinds.KINDS`.
    identity : str
        Kebab-case id of the new item.
    folder : path
        The pack to write it into; made when it is not there.
    variant : str, optional
        Of a device what it is: "guide-wire", "stent" …; else a catheter.

    Raises
    ------
    WrongUse
        For an unknown kind or variant, or an id that is not kebab-case.
    RefusedInput
        When the item is there already or cannot be written.
    """
    chosen = kind_named(kind)
    _check_variant(chosen, variant)
    if not is_safe_id(identity) or len(identity) > 64:
        raise WrongUse(
            "An id is kebab-case, at most 64 characters",
            code="id-not-kebab",
            value=identity,
            way_out="Use a-z, 0-9 and single hyphens, for example 'female-55-obese'.",
        )
    target = Path(folder).expanduser() / chosen.name / identity
    if target.exists():
        raise RefusedInput(
            "The item exists already", code="item-exists", where=str(target), way_out="Choose another id."
        )
    scratch = target.with_name(f".{identity}.part")
    try:
        scratch.mkdir(parents=True)
        for file in filter(None, (chosen.file, chosen.text_file)):
            text = template_text(chosen, file, variant).replace("ID-OF-THE-ITEM", identity)
            text = text.replace("TITLE-OF-THE-ITEM", _title(identity))
            (scratch / file).write_text(text, encoding="utf-8")
        os.replace(scratch, target)
    except OSError as error:
        shutil.rmtree(scratch, ignore_errors=True)
        raise RefusedInput(
            "The item cannot be written",
            code="item-not-written",
            where=str(target),
            value=error.strerror,
            way_out="Name a folder that you may write.",
        ) from error
    return target


def _check_variant(kind: Kind, variant: str | None) -> None:
    known = ("catheter", *kind.variants) if kind.variants else ()
    if variant is None or variant in known:
        return
    way_out = (
        f"{did_you_mean(variant, known)} Known: {', '.join(known)}.".strip() if known else "Leave it out."
    )
    raise WrongUse(
        f"There is no such kind of {kind.singular}",
        code="variant-not-known",
        value=variant,
        way_out=way_out,
    )


def _title(identity: str) -> str:
    words = identity.replace("-", " ")
    return words[:1].upper() + words[1:]
