"""How much contrast a patient's kidneys and weight allow, by published rules that do not agree."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ContrastLimit", "contrast_limit"]

#: Contrast volume over filtration rate from which nephropathy was more frequent, and the ceiling of Cigarroa.
_RATIO, _CEILING_ML, _ML_PER_KG = 1.78, 300.0, 5.0
#: From here on the ratio is far beyond what any of the rules holds to be safe.
_RATIO_HIGH = 4.0
_NIE = (
    "Z. Nie et al., Front. Med. 8 (2021) 701062: contrast volume / eGFR of 1.78 and more went with "
    "nephropathy in 4,254 coronary patients (odds ratio 4.6)"
)
_CIGARROA = (
    "R. G. Cigarroa et al., Am. J. Med. 86 (1989) 649-652: "
    "5 ml/kg, at most 300 ml, over serum creatinine (mg/dl)"
)


@dataclass(frozen=True, slots=True)
class ContrastLimit:
    """A limit with its reason.

    Parameters
    ----------
    ml : float
        The lower of the rules that apply.
    why : str
        Its figures, for the counter.
    source : str
    far_ml : float
        From here on the ratio of volume to filtration passes 4.
    caution : str
        What the rule is worth.
    """

    ml: float
    why: str
    source: str
    far_ml: float
    caution: str


def contrast_limit(
    egfr_ml_min: float, weight_kg: float, creatinine_mg_dl: float | None = None
) -> ContrastLimit:
    """The most contrast for a patient, ml, with its source.

    **Model.** The lower of ``1.78 eGFR`` and, where creatinine is known, ``min(5 weight, 300) / creatinine``
    (creatinine below 1 counts as 1), and 300 ml at most.
    **Source.** Nie 2021 and Cigarroa 1989 (abstracts read); ratio of 4 and more: 722 coronary patients, odds
    ratio 3.5 (Catheter Cardiovasc. Interv., 2013, abstract read). For 5,423 interventions rules of this kind
    told injury from none little better than chance (N. Yuan et al., J. Am. Heart Assoc. 10 (2020) e018890),
    and the European society holds the risk to have been overstated (ESUR 2018): `caution` says so.
    **Valid for** adults; arterial injection before the kidneys. Held by
    tests/physics/flow/test_contrast_limit.py.

    Parameters
    ----------
    egfr_ml_min : float
        Estimated filtration rate, ml/min per 1.73 m2.
    weight_kg : float
    creatinine_mg_dl : float, optional
    """
    rules = [
        (_RATIO * egfr_ml_min, f"{_RATIO:g} × eGFR {egfr_ml_min:.0f} ml/min", _NIE),
        (_CEILING_ML, f"{_CEILING_ML:.0f} ml at most", _CIGARROA),
    ]
    if creatinine_mg_dl is not None:
        allowed = min(_ML_PER_KG * weight_kg, _CEILING_ML) / max(creatinine_mg_dl, 1.0)
        why = f"{_ML_PER_KG:g} ml × {weight_kg:.0f} kg / creatinine {creatinine_mg_dl:.1f} mg/dl"
        rules.append((allowed, why, _CIGARROA))
    ml, why, source = min(rules, key=lambda rule: rule[0])
    return ContrastLimit(
        round(ml, 1),
        why,
        source,
        round(_RATIO_HIGH * egfr_ml_min, 1),
        "A rule of thumb from coronary patients: it tells who is at risk hardly better than chance.",
    )
