"""The factor with a fixed pattern solves what a dense solver solves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.physics.flow.elimination import Elimination
from angiosuite.physics.flow.kernels import solve
from angiosuite.physics.flow.small_circulation import circulation


def _graph(n: int, loops: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    a = [int(draw.integers(0, k)) for k in range(1, n)] + draw.integers(0, n, loops).tolist()
    b = list(range(1, n)) + draw.integers(0, n, loops).tolist()
    kept = [(i, j) for i, j in zip(a, b, strict=True) if i != j]
    return np.array([i for i, _ in kept]), np.array([j for _, j in kept])


@settings(max_examples=40, deadline=None)
@given(n=st.integers(2, 60), loops=st.integers(0, 25), seed=st.integers(0, 10_000))
def test_a_graph_with_loops_and_parallel_edges_is_solved_as_by_a_dense_solver(n, loops, seed):
    a, b = _graph(n, loops, seed)
    pattern = Elimination.of(n, a, b, np.zeros(n, bool))
    draw = np.random.default_rng(seed + 1)
    g, c, rhs = draw.uniform(0.01, 100, len(a)), draw.uniform(0.01, 1, n), draw.normal(size=n)
    dense = np.diag(c)
    value, x = np.zeros(pattern.slots), np.zeros(n)
    np.add.at(value, pattern.place, c)
    x[pattern.place] = rhs
    for k, (i, j) in enumerate(zip(a, b, strict=True)):
        dense[[i, j], [i, j]] += g[k]
        dense[[i, j], [j, i]] -= g[k]
        value[pattern.place[[i, j]]] += g[k]
        value[pattern.slot[k]] -= g[k]
    solve(value, x, pattern.column, pattern.row, pattern.target)
    assert x[pattern.place] == pytest.approx(np.linalg.solve(dense, rhs), rel=1e-8, abs=1e-8)


def test_a_closed_circulation_keeps_some_two_numbers_for_each_edge():
    spec = circulation(generations=2, loops=40)
    pattern = Elimination.of(len(spec.nodes), spec.a, spec.b, np.zeros(len(spec.nodes), bool))
    pairs = {(min(i, j), max(i, j)) for i, j in zip(spec.a.tolist(), spec.b.tolist(), strict=True)}
    assert len(pairs) <= len(pattern.row) <= 2.2 * len(pairs)
