"""Schema of ``procedures/<id>/procedure.yaml``: a whole treatment, from sheath to closure.

A variant is a person with what ails them; a level says how much the learner is told and how sparing the work
must be. One variant at one level is a case, which is a drill to all that opens, judges and shows attempts.
The text of its page stands beside it in ``text.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, TypeVar

from pydantic import ConfigDict, Field

from angiosuite.content.case import CaseItem, CaseOf
from angiosuite.content.case_id import case_id
from angiosuite.content.drill import Passing
from angiosuite.content.drill_conditions import POINTS, Stewardship
from angiosuite.content.faults import nearest
from angiosuite.content.guide import taken_twice
from angiosuite.content.room_task import HINTS, RoomTask
from angiosuite.content.schema import GATHER_RULES, Broken, Kebab, Line, Prose, Refers, Strict
from angiosuite.kit.errors import WrongUse, did_you_mean

LEAST_VARIANTS, LEVELS = 6, 3
Part = TypeVar("Part", "Variant", "Level")
CHOSEN = ("variant", "level")
"""Words that every case gives: its variant's id and its level's."""


class Variant(Strict):
    """A person who needs the procedure."""

    id: Kebab
    title: Line = Field(description="what ails the person, as a list shows it")
    patient: Annotated[Kebab, Refers("patients")]
    story: Prose = Field(
        min_length=1, description="who it is and what is asked for, told before and in the brief"
    )
    words: dict[Kebab, Kebab] = Field(default_factory=dict, description="words of `chooses` that it gives")


class Level(Strict):
    """How much is told, and how well it must be done."""

    model_config = ConfigDict(validate_by_alias=True, validate_by_name=False)

    id: Kebab
    title: Line
    about: Prose = Field(min_length=1, description="what it tells and what it takes away")
    words: dict[Kebab, Kebab] = Field(default_factory=dict, description="words of `chooses` that it gives")
    hints: int = Field(default=HINTS, ge=0, le=HINTS, description="how many hints may be taken")
    tree: bool = Field(default=False, description="whether the names of vessels are shown where a tip is")
    passing: int = Field(alias="pass", ge=1, le=POINTS, description="score that passes")
    sparing: float = Field(
        default=1.0, gt=0, le=3, description="bounds of stewardship are multiplied by it: below 1 is stricter"
    )


class Published(Strict):
    """The 75th centile of dose and fluoroscopy time that a survey of the procedure found in patients."""

    fluoroscopy_min: float | None = Field(default=None, gt=0, description="fluoroscopy time, minutes")
    air_kerma_mgy: float | None = Field(default=None, gt=0, description="at the reference point")
    kap_gy_cm2: float | None = Field(default=None, gt=0, description="kerma-area product")
    source: Kebab = Field(description="key of one of the procedure's sources that was read")

    def rules(self) -> Iterator[Broken]:
        """One figure or more."""
        if self.fluoroscopy_min is self.air_kerma_mgy is self.kap_gy_cm2 is None:
            uses = ("air_kerma_mgy", "kap_gy_cm2")
            yield Broken(
                ("fluoroscopy_min",), "is missing, and so is any dose", "one figure or more", uses=uses
            )


class ProcedureItem(RoomTask):
    """A whole treatment that is learnt on several persons at three levels."""

    chooses: dict[Kebab, tuple[Kebab, ...]] = Field(
        default_factory=dict, description="words that variants and levels give, with what each can be"
    )
    variants: tuple[Variant, ...] = Field(min_length=1, description="six persons or more")
    levels: tuple[Level, ...] = Field(min_length=1, description="three, the easiest first")
    published: Published | None = Field(
        default=None, description="75th centiles in patients, beside which runs of the scripts are told"
    )

    # ---- cases -----------------------------------------------------------------------------------------

    @property
    def cases(self) -> list[str]:
        """Ids of all cases, by variant, the easiest level first."""
        return [case_id(self.id, v.id, level.id) for v in self.variants for level in self.levels]

    def case(self, variant: str, level: str) -> CaseItem:
        """One person at one level, as a drill.

        Parameters
        ----------
        variant, level : str
            Ids.

        Returns
        -------
        CaseItem
            Its id is ``<procedure>.<variant>.<level>``.

        Raises
        ------
        WrongUse
            When there is no such variant or level.
        """
        person = self._named("variant", variant, {one.id: one for one in self.variants})
        how = self._named("level", level, {one.id: one for one in self.levels})
        blood = self.start.blood
        start = (
            self.start
            if blood is None
            else self.start.model_copy(update={"blood": blood.model_copy(update={"tree": how.tree})})
        )
        about = CaseOf(
            procedure=self.id,
            variant=person.id,
            level=how.id,
            title=self.title,
            variant_title=person.title,
            level_title=how.title,
            about=how.about,
            story=person.story,
            words={**person.words, **how.words, "variant": person.id, "level": how.id},
        )
        shared = {name: getattr(self, name) for name in RoomTask.model_fields}
        made = {
            **shared,
            "id": case_id(self.id, person.id, how.id),
            "title": f"{self.title}: {person.title}",
            "brief": f"{person.story}\n\n{self.brief}",
            "patients": (person.patient,),
            "start": start,
            "hints": self.hints[: how.hints],
            "stewardship": tuple(sparing(one, how.sparing) for one in self.stewardship),
            "pass": Passing(score=how.passing),
            "case": about,
        }
        return CaseItem.model_validate(made, context=GATHER_RULES)  # its rules are the procedure's

    def _named(self, kind: str, name: str, known: Mapping[str, Part]) -> Part:
        if name not in known:
            raise WrongUse(
                f"The procedure has no such {kind}",
                code=f"procedure-{kind}-not-known",
                where=self.id,
                value=name,
                way_out=f"{did_you_mean(name, known)} One of {', '.join(known)}.".strip(),
            )
        return known[name]

    # ---- rules -----------------------------------------------------------------------------------------

    @property
    def words_known(self) -> Mapping[str, tuple[str, ...]]:
        """Words that attempts draw, that cases give, and the variant and level themselves."""
        return {
            **self.draws,
            **self.chooses,
            "variant": tuple(one.id for one in self.variants),
            "level": tuple(one.id for one in self.levels),
        }

    def rules(self) -> Iterator[Broken]:
        """What every task in the room keeps to; six persons, three levels, and each case gives every word."""
        yield from super().rules()
        if len(self.variants) < LEAST_VARIANTS:
            yield Broken(("variants",), "are too few", f"{LEAST_VARIANTS} or more", len(self.variants))
        if len(self.levels) != LEVELS:
            yield Broken(("levels",), "are not three", "the easiest first", len(self.levels))
        for part in ("variants", "levels"):
            yield from taken_twice(part, [one.id for one in getattr(self, part)], "id")
        for name in self.chooses:
            if name in (*self.draws, *CHOSEN):
                yield Broken(("chooses", name), "is a word already", "another name", name, ("draws",))
        yield from self._word_rules()
        yield from self._published_rules()

    def _published_rules(self) -> Iterator[Broken]:
        read = [source.key for source in self.sources if source.url is not None]
        if self.published is not None and self.published.source not in read:
            key = self.published.source
            way_out = nearest(key, read) or "one of " + ", ".join(read)
            where = ("published", "source")
            yield Broken(where, "is not the key of a source that was read", way_out, key, ("sources",))

    def _word_rules(self) -> Iterator[Broken]:
        for part in ("variants", "levels"):
            for index, one in enumerate(getattr(self, part)):
                for name, value in one.words.items():
                    where = (part, index, "words", name)
                    if name not in self.chooses:
                        way_out = nearest(name, self.chooses) or f"`chooses: {{{name}: [{value}, …]}}`"
                        yield Broken(where, "is not a word to choose", way_out, name, ("chooses",))
                    elif value not in self.chooses[name]:
                        way_out = nearest(value, self.chooses[name]) or "one of " + ", ".join(
                            self.chooses[name]
                        )
                        yield Broken(where, f"is not a value of {name}", way_out, value, ("chooses",))
        everywhere = {name for name in self.chooses if all(name in one.words for one in self.levels)}
        for index, person in enumerate(self.variants):
            for name in self.chooses:
                if name not in person.words and name not in everywhere:
                    here = ("variants", index, "words")
                    yield Broken(
                        here, f"have nothing for '{name}'", f"`{name}: …`", uses=("chooses", "levels")
                    )


def sparing(one: Stewardship, factor: float) -> Stewardship:
    """A bound of stewardship for a level."""
    return one.model_copy(
        update={"full_at": round(one.full_at * factor, 3), "none_at": round(one.none_at * factor, 3)}
    )
