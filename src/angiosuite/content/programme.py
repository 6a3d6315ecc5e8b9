"""What a programme or a person sets: overrides of requirements, and pathways that extend another one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from angiosuite.content.faults import Fault, Location, nearest
from angiosuite.content.item_file import ItemFile
from angiosuite.content.pathway import PathwayItem
from angiosuite.content.requirement import Asked, Override
from angiosuite.kit.errors import RefusedInput

DEEPEST = 5
"""A pathway extends one that extends one … so often at most."""


def overridden(asked: Asked, override: Override) -> Asked:
    """The requirement with what was set in its place; its basis is then the programme.

    Notes
    -----
    Who only moves the day of a remembered figure does not vouch for the figure: then the basis stays.

    Raises
    ------
    RefusedInput
        When it may not be set, or a field is not one of its kind.
    """
    if not asked.overridable:
        raise RefusedInput(
            f"'{asked.title}' cannot be set by a programme",
            code="requirement-fixed",
            where=f"overrides.{asked.id}",
            way_out="leaving it as the pathway has it",
        )
    known = type(asked).model_fields
    fields = override.fields
    for name in fields:
        if name not in known:
            offered = sorted(n for n in Override.model_fields if n in known and n not in ("basis", "source"))
            raise RefusedInput(
                f"'{name}' is not a field of a requirement of kind {getattr(asked, 'kind', '')}",
                code="override-field-not-fitting",
                where=f"overrides.{asked.id}.{name}",
                value=name,
                way_out=nearest(name, offered) or "one of " + ", ".join(offered),
            )
    vouched = asked.basis in ("read", "programme") or not asked.figures or set(asked.figures) & set(fields)
    if vouched:
        fields |= {"basis": "programme", "source": override.source}
    made = asked.model_copy(update=fields)
    for place, rule in made.broken():
        raise RefusedInput(
            f"'{asked.title}' {rule.problem}",
            code="override-not-possible",
            where=f"overrides.{asked.id}." + ".".join(map(str, (*place, *rule.location))),
            value=rule.got,
            way_out=rule.way_out,
        )
    return made


def read_overrides(given: Mapping[str, Mapping[str, Any]]) -> dict[str, Override]:
    """Overrides as they are kept with an enrolment, read against their schema.

    Raises
    ------
    RefusedInput
        For a field that is not known or a value out of range.
    """
    read: dict[str, Override] = {}
    for identity, fields in given.items():
        try:
            read[identity] = Override.model_validate(dict(fields), strict=False)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise RefusedInput(
                f"An override of '{identity}' cannot be read: {first['msg']}",
                code="override-not-readable",
                where=f"overrides.{identity}." + ".".join(map(str, first["loc"])),
                value=first["input"],
                way_out="the fields " + ", ".join(Override.model_fields),
            ) from error
    return read


def with_overrides(pathway: PathwayItem, overrides: Mapping[str, Override]) -> PathwayItem:
    """The pathway with its requirements as they were set; names that it does not have are left out."""
    if not overrides:
        return pathway
    asked = tuple(
        overridden(each, overrides[each.id]) if each.id in overrides else each
        for each in pathway.requirements
    )
    return pathway.model_copy(update={"requirements": asked})


def as_set(pathway: PathwayItem, given: Mapping[str, Mapping[str, Any]]) -> PathwayItem:
    """The pathway with what was set earlier, as far as it still fits.

    Notes
    -----
    What is saved was checked against the pathway of its day. A later text of it may ask something else under
    the same id; then the requirement stands as the pathway has it, and is unknown unless it was read.
    """
    for identity, fields in given.items():
        try:
            pathway = with_overrides(pathway, read_overrides({identity: fields}))
        except RefusedInput:
            continue
    return pathway


def resolve(pathway: PathwayItem, lookup: Callable[[str], PathwayItem | None]) -> PathwayItem:
    """A programme's own pathway made whole: the one that it extends, with overrides and additions.

    Parameters
    ----------
    pathway : PathwayItem
        Returned as it is when it extends nothing.
    lookup : callable
        The pathway with an id, None when there is none.

    Notes
    -----
    Stages, variants, requirements and exams with an id of the base replace it; others follow. Everything that
    the programme's item says about itself (title, version, dates) is its own.

    Raises
    ------
    RefusedInput
        When the base is not there, circles, an override names no requirement, or the whole breaks a rule.
    """
    return _resolved(pathway, lookup, DEEPEST)


def _resolved(pathway: PathwayItem, lookup: Callable[[str], PathwayItem | None], left: int) -> PathwayItem:
    if pathway.extends is None:
        return pathway
    base = lookup(pathway.extends) if left else None
    if base is None:
        problem = "is not there" if left else "leads back to itself"
        raise RefusedInput(
            f"Pathway '{pathway.id}' extends '{pathway.extends}', which {problem}",
            code="pathway-base-not-found",
            where=f"{pathway.id}.extends",
            value=pathway.extends,
            way_out="the id of a pathway that stands by itself",
        )
    whole = _resolved(base, lookup, left - 1)
    names = [each.id for each in whole.requirements]
    for identity in pathway.overrides:
        if identity not in names:
            raise RefusedInput(
                f"Pathway '{pathway.id}' sets '{identity}', which '{base.id}' does not ask",
                code="override-without-requirement",
                where=f"{pathway.id}.overrides.{identity}",
                value=identity,
                way_out=nearest(identity, names) or "one of " + ", ".join(names),
            )
    whole = with_overrides(whole, pathway.overrides)
    joined = {
        name: _joined(getattr(whole, name), getattr(pathway, name))
        for name in ("stages", "variants", "requirements", "exams")
    }
    known = {source.key for source in pathway.sources}
    sources = (*pathway.sources, *(source for source in whole.sources if source.key not in known))
    inherited = {
        name: getattr(whole, name)
        for name in ("country", "region", "work_hours", "labels", "popular_account", "crosswalks", "summary")
        if name not in pathway.model_fields_set
    }
    made = pathway.model_copy(
        update={**joined, **inherited, "sources": sources, "extends": None, "overrides": {}}
    )
    for location, rule in made.broken():
        where = ".".join(map(str, (*location, *rule.location)))
        if rule.location[-1:] == ("source",):
            continue  # a programme may name its handbook in words
        raise RefusedInput(
            f"Pathway '{pathway.id}': {where} {rule.problem}",
            code="pathway-not-whole",
            where=f"{pathway.id}.{where}",
            value=rule.got,
            way_out=rule.way_out,
        )
    return made


def _joined(base: tuple[Any, ...], own: tuple[Any, ...]) -> tuple[Any, ...]:
    mine = {entry.id: entry for entry in own}
    kept = tuple(mine.pop(entry.id, entry) for entry in base)
    return (*kept, *(entry for entry in own if entry.id in mine))


def programme_faults(read: ItemFile, lookup: Callable[[str], PathwayItem | None]) -> list[Fault]:
    """What keeps a programme's own pathway from being made whole, as a fault of its file.

    Parameters
    ----------
    read : ItemFile
        Any file; only pathways that extend another one can have such a fault.
    lookup : callable
        The pathway with an id, None when there is none.
    """
    item = read.item
    if not isinstance(item, PathwayItem) or item.extends is None:
        return []
    if lookup(item.extends) is None:
        return []  # a reference to nothing is a fault by itself
    try:
        resolve(item, lookup)
    except RefusedInput as refused:
        field = (refused.where or "").removeprefix(f"{item.id}.")
        location: Location = tuple(field.split(".")) if field else ()
        line = read.marked.line_of(location)
        way_out = refused.way_out or "the fields of the pathway that it extends"
        return [Fault(read.marked.path, line, field, refused.message, refused.value, way_out)]
    return []
