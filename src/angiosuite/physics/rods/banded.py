"""Symmetric banded systems, written out for two widths: a compiler keeps a row in registers only so.

Every row of D U is what is left of the row of the matrix once the rows above, as far as the band reaches,
have been taken from it; it is done from the farthest row to the nearest, so that rows overlap in the
processor. Rows before the first are zero and stand in front of the arrays.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["LEAD", "columns_of", "room_of", "solve_from"]

U = np.uint64

#: Columns of a band: the smallest that takes it.
NARROW, WIDE = 13, 17
LEAD = WIDE - 1
"""Elements that stand in front of `scale` and `forward` and behind `answer`."""


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def columns_of(width: int) -> int:
    """Columns that a band of such a width (diagonal included, 17 at most) is stored in."""
    return NARROW if width <= NARROW else WIDE


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def room_of(size: int, columns: int) -> int:
    """Elements of the factor of a system of such a size."""
    return (size + LEAD) * columns


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def solve_from(
    first: int,
    size: int,
    band: NDArray,  # float64 (size, columns): (i, k) is the element (i, i + k)
    right: NDArray,  # float64 (size,)
    upper: NDArray,  # float64, zero at first: D U, written from row `first`
    scale: NDArray,  # float64 (size + LEAD,), zero at first: 1 / D, likewise
    forward: NDArray,  # float64 (size + LEAD,), zero at first: half-solved right side, likewise
    answer: NDArray,  # float64 (size + LEAD,), zero at first: written
) -> None:
    """Solve a positive system, of which rows before `first` are as they were at the last call."""
    if band.shape[1] == NARROW:
        _solve_13(first, size, band, right, upper, scale, forward, answer)
    else:
        _solve_17(first, size, band, right, upper, scale, forward, answer)


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _solve_13(
    first: int,
    size: int,
    band: NDArray,
    right: NDArray,
    upper: NDArray,
    scale: NDArray,
    forward: NDArray,
    answer: NDArray,
) -> None:
    for i in range(first, size):
        j, q = U(i), U((i + 12) * 13)
        r0, r1, r2, r3 = band[i, 0], band[i, 1], band[i, 2], band[i, 3]
        r4, r5, r6, r7 = band[i, 4], band[i, 5], band[i, 6], band[i, 7]
        r8, r9, r10, r11 = band[i, 8], band[i, 9], band[i, 10], band[i, 11]
        r12 = band[i, 12]
        v = right[i]
        s = upper[q - U(144)] * scale[j + U(0)]
        v -= s * forward[j + U(0)]
        r0 = r0 - s * upper[q - U(144)]
        s = upper[q - U(132)] * scale[j + U(1)]
        v -= s * forward[j + U(1)]
        r0, r1 = r0 - s * upper[q - U(132)], r1 - s * upper[q - U(131)]
        s = upper[q - U(120)] * scale[j + U(2)]
        v -= s * forward[j + U(2)]
        r0, r1, r2 = r0 - s * upper[q - U(120)], r1 - s * upper[q - U(119)], r2 - s * upper[q - U(118)]
        s = upper[q - U(108)] * scale[j + U(3)]
        v -= s * forward[j + U(3)]
        r0, r1, r2 = r0 - s * upper[q - U(108)], r1 - s * upper[q - U(107)], r2 - s * upper[q - U(106)]
        r3 = r3 - s * upper[q - U(105)]
        s = upper[q - U(96)] * scale[j + U(4)]
        v -= s * forward[j + U(4)]
        r0, r1, r2 = r0 - s * upper[q - U(96)], r1 - s * upper[q - U(95)], r2 - s * upper[q - U(94)]
        r3, r4 = r3 - s * upper[q - U(93)], r4 - s * upper[q - U(92)]
        s = upper[q - U(84)] * scale[j + U(5)]
        v -= s * forward[j + U(5)]
        r0, r1, r2 = r0 - s * upper[q - U(84)], r1 - s * upper[q - U(83)], r2 - s * upper[q - U(82)]
        r3, r4, r5 = r3 - s * upper[q - U(81)], r4 - s * upper[q - U(80)], r5 - s * upper[q - U(79)]
        s = upper[q - U(72)] * scale[j + U(6)]
        v -= s * forward[j + U(6)]
        r0, r1, r2 = r0 - s * upper[q - U(72)], r1 - s * upper[q - U(71)], r2 - s * upper[q - U(70)]
        r3, r4, r5 = r3 - s * upper[q - U(69)], r4 - s * upper[q - U(68)], r5 - s * upper[q - U(67)]
        r6 = r6 - s * upper[q - U(66)]
        s = upper[q - U(60)] * scale[j + U(7)]
        v -= s * forward[j + U(7)]
        r0, r1, r2 = r0 - s * upper[q - U(60)], r1 - s * upper[q - U(59)], r2 - s * upper[q - U(58)]
        r3, r4, r5 = r3 - s * upper[q - U(57)], r4 - s * upper[q - U(56)], r5 - s * upper[q - U(55)]
        r6, r7 = r6 - s * upper[q - U(54)], r7 - s * upper[q - U(53)]
        s = upper[q - U(48)] * scale[j + U(8)]
        v -= s * forward[j + U(8)]
        r0, r1, r2 = r0 - s * upper[q - U(48)], r1 - s * upper[q - U(47)], r2 - s * upper[q - U(46)]
        r3, r4, r5 = r3 - s * upper[q - U(45)], r4 - s * upper[q - U(44)], r5 - s * upper[q - U(43)]
        r6, r7, r8 = r6 - s * upper[q - U(42)], r7 - s * upper[q - U(41)], r8 - s * upper[q - U(40)]
        s = upper[q - U(36)] * scale[j + U(9)]
        v -= s * forward[j + U(9)]
        r0, r1, r2 = r0 - s * upper[q - U(36)], r1 - s * upper[q - U(35)], r2 - s * upper[q - U(34)]
        r3, r4, r5 = r3 - s * upper[q - U(33)], r4 - s * upper[q - U(32)], r5 - s * upper[q - U(31)]
        r6, r7, r8 = r6 - s * upper[q - U(30)], r7 - s * upper[q - U(29)], r8 - s * upper[q - U(28)]
        r9 = r9 - s * upper[q - U(27)]
        s = upper[q - U(24)] * scale[j + U(10)]
        v -= s * forward[j + U(10)]
        r0, r1, r2 = r0 - s * upper[q - U(24)], r1 - s * upper[q - U(23)], r2 - s * upper[q - U(22)]
        r3, r4, r5 = r3 - s * upper[q - U(21)], r4 - s * upper[q - U(20)], r5 - s * upper[q - U(19)]
        r6, r7, r8 = r6 - s * upper[q - U(18)], r7 - s * upper[q - U(17)], r8 - s * upper[q - U(16)]
        r9, r10 = r9 - s * upper[q - U(15)], r10 - s * upper[q - U(14)]
        s = upper[q - U(12)] * scale[j + U(11)]
        v -= s * forward[j + U(11)]
        r0, r1, r2 = r0 - s * upper[q - U(12)], r1 - s * upper[q - U(11)], r2 - s * upper[q - U(10)]
        r3, r4, r5 = r3 - s * upper[q - U(9)], r4 - s * upper[q - U(8)], r5 - s * upper[q - U(7)]
        r6, r7, r8 = r6 - s * upper[q - U(6)], r7 - s * upper[q - U(5)], r8 - s * upper[q - U(4)]
        r9, r10, r11 = r9 - s * upper[q - U(3)], r10 - s * upper[q - U(2)], r11 - s * upper[q - U(1)]
        upper[q + U(0)], upper[q + U(1)], upper[q + U(2)], upper[q + U(3)] = r0, r1, r2, r3
        upper[q + U(4)], upper[q + U(5)], upper[q + U(6)], upper[q + U(7)] = r4, r5, r6, r7
        upper[q + U(8)], upper[q + U(9)], upper[q + U(10)], upper[q + U(11)] = r8, r9, r10, r11
        upper[q + U(12)] = r12
        scale[j + U(12)] = 1.0 / r0
        forward[j + U(12)] = v
    for i in range(size - 1, -1, -1):
        j, q = U(i), U((i + 12) * 13)
        v = forward[i + 12]
        for m in range(12, 0, -1):
            v -= upper[q + U(m)] * answer[j + U(m)]
        answer[i] = v * scale[i + 12]


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _solve_17(
    first: int,
    size: int,
    band: NDArray,
    right: NDArray,
    upper: NDArray,
    scale: NDArray,
    forward: NDArray,
    answer: NDArray,
) -> None:
    for i in range(first, size):
        j, q = U(i), U((i + 16) * 17)
        r0, r1, r2, r3 = band[i, 0], band[i, 1], band[i, 2], band[i, 3]
        r4, r5, r6, r7 = band[i, 4], band[i, 5], band[i, 6], band[i, 7]
        r8, r9, r10, r11 = band[i, 8], band[i, 9], band[i, 10], band[i, 11]
        r12, r13, r14, r15 = band[i, 12], band[i, 13], band[i, 14], band[i, 15]
        r16 = band[i, 16]
        v = right[i]
        s = upper[q - U(256)] * scale[j + U(0)]
        v -= s * forward[j + U(0)]
        r0 = r0 - s * upper[q - U(256)]
        s = upper[q - U(240)] * scale[j + U(1)]
        v -= s * forward[j + U(1)]
        r0, r1 = r0 - s * upper[q - U(240)], r1 - s * upper[q - U(239)]
        s = upper[q - U(224)] * scale[j + U(2)]
        v -= s * forward[j + U(2)]
        r0, r1, r2 = r0 - s * upper[q - U(224)], r1 - s * upper[q - U(223)], r2 - s * upper[q - U(222)]
        s = upper[q - U(208)] * scale[j + U(3)]
        v -= s * forward[j + U(3)]
        r0, r1, r2 = r0 - s * upper[q - U(208)], r1 - s * upper[q - U(207)], r2 - s * upper[q - U(206)]
        r3 = r3 - s * upper[q - U(205)]
        s = upper[q - U(192)] * scale[j + U(4)]
        v -= s * forward[j + U(4)]
        r0, r1, r2 = r0 - s * upper[q - U(192)], r1 - s * upper[q - U(191)], r2 - s * upper[q - U(190)]
        r3, r4 = r3 - s * upper[q - U(189)], r4 - s * upper[q - U(188)]
        s = upper[q - U(176)] * scale[j + U(5)]
        v -= s * forward[j + U(5)]
        r0, r1, r2 = r0 - s * upper[q - U(176)], r1 - s * upper[q - U(175)], r2 - s * upper[q - U(174)]
        r3, r4, r5 = r3 - s * upper[q - U(173)], r4 - s * upper[q - U(172)], r5 - s * upper[q - U(171)]
        s = upper[q - U(160)] * scale[j + U(6)]
        v -= s * forward[j + U(6)]
        r0, r1, r2 = r0 - s * upper[q - U(160)], r1 - s * upper[q - U(159)], r2 - s * upper[q - U(158)]
        r3, r4, r5 = r3 - s * upper[q - U(157)], r4 - s * upper[q - U(156)], r5 - s * upper[q - U(155)]
        r6 = r6 - s * upper[q - U(154)]
        s = upper[q - U(144)] * scale[j + U(7)]
        v -= s * forward[j + U(7)]
        r0, r1, r2 = r0 - s * upper[q - U(144)], r1 - s * upper[q - U(143)], r2 - s * upper[q - U(142)]
        r3, r4, r5 = r3 - s * upper[q - U(141)], r4 - s * upper[q - U(140)], r5 - s * upper[q - U(139)]
        r6, r7 = r6 - s * upper[q - U(138)], r7 - s * upper[q - U(137)]
        s = upper[q - U(128)] * scale[j + U(8)]
        v -= s * forward[j + U(8)]
        r0, r1, r2 = r0 - s * upper[q - U(128)], r1 - s * upper[q - U(127)], r2 - s * upper[q - U(126)]
        r3, r4, r5 = r3 - s * upper[q - U(125)], r4 - s * upper[q - U(124)], r5 - s * upper[q - U(123)]
        r6, r7, r8 = r6 - s * upper[q - U(122)], r7 - s * upper[q - U(121)], r8 - s * upper[q - U(120)]
        s = upper[q - U(112)] * scale[j + U(9)]
        v -= s * forward[j + U(9)]
        r0, r1, r2 = r0 - s * upper[q - U(112)], r1 - s * upper[q - U(111)], r2 - s * upper[q - U(110)]
        r3, r4, r5 = r3 - s * upper[q - U(109)], r4 - s * upper[q - U(108)], r5 - s * upper[q - U(107)]
        r6, r7, r8 = r6 - s * upper[q - U(106)], r7 - s * upper[q - U(105)], r8 - s * upper[q - U(104)]
        r9 = r9 - s * upper[q - U(103)]
        s = upper[q - U(96)] * scale[j + U(10)]
        v -= s * forward[j + U(10)]
        r0, r1, r2 = r0 - s * upper[q - U(96)], r1 - s * upper[q - U(95)], r2 - s * upper[q - U(94)]
        r3, r4, r5 = r3 - s * upper[q - U(93)], r4 - s * upper[q - U(92)], r5 - s * upper[q - U(91)]
        r6, r7, r8 = r6 - s * upper[q - U(90)], r7 - s * upper[q - U(89)], r8 - s * upper[q - U(88)]
        r9, r10 = r9 - s * upper[q - U(87)], r10 - s * upper[q - U(86)]
        s = upper[q - U(80)] * scale[j + U(11)]
        v -= s * forward[j + U(11)]
        r0, r1, r2 = r0 - s * upper[q - U(80)], r1 - s * upper[q - U(79)], r2 - s * upper[q - U(78)]
        r3, r4, r5 = r3 - s * upper[q - U(77)], r4 - s * upper[q - U(76)], r5 - s * upper[q - U(75)]
        r6, r7, r8 = r6 - s * upper[q - U(74)], r7 - s * upper[q - U(73)], r8 - s * upper[q - U(72)]
        r9, r10, r11 = r9 - s * upper[q - U(71)], r10 - s * upper[q - U(70)], r11 - s * upper[q - U(69)]
        s = upper[q - U(64)] * scale[j + U(12)]
        v -= s * forward[j + U(12)]
        r0, r1, r2 = r0 - s * upper[q - U(64)], r1 - s * upper[q - U(63)], r2 - s * upper[q - U(62)]
        r3, r4, r5 = r3 - s * upper[q - U(61)], r4 - s * upper[q - U(60)], r5 - s * upper[q - U(59)]
        r6, r7, r8 = r6 - s * upper[q - U(58)], r7 - s * upper[q - U(57)], r8 - s * upper[q - U(56)]
        r9, r10, r11 = r9 - s * upper[q - U(55)], r10 - s * upper[q - U(54)], r11 - s * upper[q - U(53)]
        r12 = r12 - s * upper[q - U(52)]
        s = upper[q - U(48)] * scale[j + U(13)]
        v -= s * forward[j + U(13)]
        r0, r1, r2 = r0 - s * upper[q - U(48)], r1 - s * upper[q - U(47)], r2 - s * upper[q - U(46)]
        r3, r4, r5 = r3 - s * upper[q - U(45)], r4 - s * upper[q - U(44)], r5 - s * upper[q - U(43)]
        r6, r7, r8 = r6 - s * upper[q - U(42)], r7 - s * upper[q - U(41)], r8 - s * upper[q - U(40)]
        r9, r10, r11 = r9 - s * upper[q - U(39)], r10 - s * upper[q - U(38)], r11 - s * upper[q - U(37)]
        r12, r13 = r12 - s * upper[q - U(36)], r13 - s * upper[q - U(35)]
        s = upper[q - U(32)] * scale[j + U(14)]
        v -= s * forward[j + U(14)]
        r0, r1, r2 = r0 - s * upper[q - U(32)], r1 - s * upper[q - U(31)], r2 - s * upper[q - U(30)]
        r3, r4, r5 = r3 - s * upper[q - U(29)], r4 - s * upper[q - U(28)], r5 - s * upper[q - U(27)]
        r6, r7, r8 = r6 - s * upper[q - U(26)], r7 - s * upper[q - U(25)], r8 - s * upper[q - U(24)]
        r9, r10, r11 = r9 - s * upper[q - U(23)], r10 - s * upper[q - U(22)], r11 - s * upper[q - U(21)]
        r12, r13, r14 = r12 - s * upper[q - U(20)], r13 - s * upper[q - U(19)], r14 - s * upper[q - U(18)]
        s = upper[q - U(16)] * scale[j + U(15)]
        v -= s * forward[j + U(15)]
        r0, r1, r2 = r0 - s * upper[q - U(16)], r1 - s * upper[q - U(15)], r2 - s * upper[q - U(14)]
        r3, r4, r5 = r3 - s * upper[q - U(13)], r4 - s * upper[q - U(12)], r5 - s * upper[q - U(11)]
        r6, r7, r8 = r6 - s * upper[q - U(10)], r7 - s * upper[q - U(9)], r8 - s * upper[q - U(8)]
        r9, r10, r11 = r9 - s * upper[q - U(7)], r10 - s * upper[q - U(6)], r11 - s * upper[q - U(5)]
        r12, r13, r14 = r12 - s * upper[q - U(4)], r13 - s * upper[q - U(3)], r14 - s * upper[q - U(2)]
        r15 = r15 - s * upper[q - U(1)]
        upper[q + U(0)], upper[q + U(1)], upper[q + U(2)], upper[q + U(3)] = r0, r1, r2, r3
        upper[q + U(4)], upper[q + U(5)], upper[q + U(6)], upper[q + U(7)] = r4, r5, r6, r7
        upper[q + U(8)], upper[q + U(9)], upper[q + U(10)], upper[q + U(11)] = r8, r9, r10, r11
        upper[q + U(12)], upper[q + U(13)], upper[q + U(14)], upper[q + U(15)] = r12, r13, r14, r15
        upper[q + U(16)] = r16
        scale[j + U(16)] = 1.0 / r0
        forward[j + U(16)] = v
    for i in range(size - 1, -1, -1):
        j, q = U(i), U((i + 16) * 17)
        v = forward[i + 16]
        for m in range(16, 0, -1):
            v -= upper[q + U(m)] * answer[j + U(m)]
        answer[i] = v * scale[i + 16]
