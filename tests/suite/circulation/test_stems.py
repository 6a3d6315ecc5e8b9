"""How wide an artery counts that feeds a bed: its mouth, shared by flow, a tumour's by what it hangs on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from angiosuite.anatomy.vessels.graph import Bed, Junction, VesselGraph
from angiosuite.suite.circulation.plumbing import plumb
from angiosuite.suite.circulation.stems import stem_mm

from .small import PLUMBED, small_graph, vessel


def stems(graph: VesselGraph) -> dict[tuple[str, str], float]:
    beds = plumb(graph, **PLUMBED).beds
    return {(bed, name): stem_mm(graph, beds, bed, name) for bed, one in beds.items() for name in one.feeders}


def narrow(graph: VesselGraph, name: str) -> VesselGraph:
    """The same with one vessel that is half as wide at its end."""
    one = graph.vessels[name]
    thin = one.radius_mm * np.linspace(1.0, 0.5, one.radius_mm.size)
    return replace(graph, vessels={**graph.vessels, name: replace(one, radius_mm=thin)})


def with_tumour(graph: VesselGraph) -> VesselGraph:
    """The right kidney with a tumour on a thin artery of its own, which takes a third as much."""
    kidney = graph.beds["right-kidney"]
    own = vessel(
        "tumour-feeder", "artery", Junction("right-renal-artery", 30.0), (-30, 3, 119), (-40, 3, 130), 0.3,
        away=True, bed="tumour",
    )  # fmt: skip
    bed = Bed(
        "tumour", "Tumour", "tumour", kidney.flow_ml_min / 3.0, kidney.transit_s, ("tumour-feeder",),
        kidney.drains,
    )  # fmt: skip
    return replace(graph, vessels={**graph.vessels, own.id: own}, beds={**graph.beds, "tumour": bed})


def test_an_artery_that_gets_narrow_counts_as_at_its_mouth() -> None:
    graph = small_graph()
    here = ("right-kidney", "right-renal-artery")
    assert stems(graph)[here] == pytest.approx(2.0 * 2.8)
    assert stems(narrow(graph, here[1]))[here] == pytest.approx(2.0 * 2.8)


def test_what_leaves_on_the_way_takes_its_share_of_the_flow() -> None:
    graph = small_graph()
    beds = plumb(graph, **PLUMBED).beds
    found = stems(graph)
    gut = float(beds["gut"].flow_ml_s[beds["gut"].feeders.index("coeliac-trunk")])
    liver = float(beds["liver"].flow_ml_s[beds["liver"].feeders.index("hepatic-artery")])
    assert found["gut", "coeliac-trunk"] ** 3 == pytest.approx(8.0**3 * gut / (gut + liver))
    assert found["liver", "hepatic-artery"] == pytest.approx(2.0 * 2.5), "what leaves has a mouth of its own"


def test_a_tumour_counts_as_its_share_of_the_artery_that_its_feeder_leaves() -> None:
    found = stems(with_tumour(small_graph()))
    kidney, tumour = found["right-kidney", "right-renal-artery"], found["tumour", "tumour-feeder"]
    assert kidney**3 + tumour**3 == pytest.approx((2.0 * 2.8) ** 3)
    assert tumour == pytest.approx(kidney / 3.0 ** (1.0 / 3.0))


def test_a_grown_branch_counts_as_its_share_of_its_artery() -> None:
    """The right renal artery with a branch to the same kidney, which begins half as wide."""
    graph = small_graph()
    kidney, stem = graph.beds["right-kidney"], "right-renal-artery"
    branch = vessel(
        f"{stem}-1", "artery", Junction(stem, 30.0), (-30, 3, 119), (-50, 10, 140), 1.4,
        away=True, bed="right-kidney",
    )  # fmt: skip
    fed = replace(kidney, feeders=(stem, branch.id))
    grown = replace(
        graph,
        vessels={**graph.vessels, branch.id: branch},
        beds={**graph.beds, "right-kidney": fed},
    )
    found = stems(grown)
    both = found["right-kidney", stem] ** 3 + found["right-kidney", branch.id] ** 3
    assert both == pytest.approx((2.0 * 2.8) ** 3)
