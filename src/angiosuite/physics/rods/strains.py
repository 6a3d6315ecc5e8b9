"""What bending and twisting a chain of edges costs: gradient and Gauss-Newton matrix.

A chain has nodes x and, for every tool k, a turn theta_k of each edge against a reference frame that is
carried along without twist. Degrees of freedom stand node by node: x, y, z, then the turns of the edge that
follows.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["add_bending"]


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def add_bending(
    nodes: int,
    tools: int,
    tangent: NDArray,  # float64 (nodes, 3)
    length: NDArray,  # float64 (nodes,), mm
    rest: NDArray,  # float64 (nodes,), mm
    director: NDArray,  # float64 (nodes, 3)
    twist: NDArray,  # float64 (nodes,): of the reference frame
    theta: NDArray,  # float64 (nodes, tools)
    ei: NDArray,  # float64 (nodes, tools), N mm2, at the vertices; 0 where a tool does not reach
    gj: NDArray,  # float64 (nodes, tools), N mm2
    bend: NDArray,  # float64 (nodes, tools, 2): curvature at rest, 1/mm
    right: NDArray,  # float64 (dofs,): the gradient is added
    band: NDArray,  # float64 (dofs, half band + 1): elements on and right of the diagonal are added
) -> float:
    """Add gradient and matrix of the energy of bending and twist; the energy, N mm.

    Notes
    -----
    **Model** at each vertex and tool ``EI |k - cell k0|^2 / (2 cell) + GJ m^2 / (2 cell)``: k the curvature
    binormal in the mean material frame of its two edges, m the twist. The gradient of k and m in the two
    edges is a pair of vectors (a, c), in the three nodes (-a, a - c, c), so the matrix needs three blocks a
    vertex. Tools that are straight at rest bend alike however they are turned: they are one stiffness there.
    Turning a tool that is held far from its curve costs by the moment, so there the matrix is exact, its size
    where it is negative. **Source** M. Bergou and others, ACM Trans. Graph. 29 (2010) 116. Held by
    ``tests/physics/rods/test_closed_forms.py`` (the gradient against differences of the energy).
    """
    b = 3 + tools
    energy = 0.0
    for i in range(1, nodes - 1):
        la, lb = 1.0 / length[i - 1], 1.0 / length[i]
        ax, ay, az = tangent[i - 1, 0], tangent[i - 1, 1], tangent[i - 1, 2]
        bx, by, bz = tangent[i, 0], tangent[i, 1], tangent[i, 2]
        cosine = max(ax * bx + ay * by + az * bz, -0.999)
        chi = 1.0 / (1.0 + cosine)
        cell = 0.5 * (rest[i - 1] + rest[i]) if i > 1 else 0.5 * rest[i]  # the first edge is the clamp
        per = 1.0 / cell
        cx, cy, cz = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
        kx, ky, kz = 2.0 * chi * cx, 2.0 * chi * cy, 2.0 * chi * cz
        tx, ty, tz = chi * (ax + bx), chi * (ay + by), chi * (az + bz)
        pax, pay, paz = director[i - 1, 0], director[i - 1, 1], director[i - 1, 2]
        qax, qay, qaz = ay * paz - az * pay, az * pax - ax * paz, ax * pay - ay * pax
        px, py, pz = director[i, 0], director[i, 1], director[i, 2]
        qx, qy, qz = by * pz - bz * py, bz * px - bx * pz, bx * py - by * px
        # twist: the same gradient for every tool
        hax, hay, haz = 0.5 * kx * la, 0.5 * ky * la, 0.5 * kz * la
        hcx, hcy, hcz = 0.5 * kx * lb, 0.5 * ky * lb, 0.5 * kz * lb
        d0, d1, d2 = b * (i - 1), b * i, b * (i + 1)
        torsion, torque = 0.0, 0.0
        straight = 0.0
        aa00, aa01, aa02, aa11, aa12, aa22 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        ac00, ac01, ac02, ac10, ac11, ac12, ac20, ac21, ac22 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        cc00, cc01, cc02, cc11, cc12, cc22 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        gax, gay, gaz, gcx, gcy, gcz = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        for k in range(tools + 1):
            if k < tools:
                if ei[i, k] <= 0.0:
                    continue
                stiff = gj[i, k] * per
                off = theta[i, k] - theta[i - 1, k] + twist[i]
                energy += 0.5 * stiff * off * off
                torsion += stiff
                torque += stiff * off
                ja, jb = d0 + 3 + k, d1 + 3 + k
                right[ja] -= stiff * off
                right[jb] += stiff * off
                band[ja, 0] += stiff
                band[ja, b] -= stiff
                band[jb, 0] += stiff
                # turns of the two edges against the nodes: (va, vc) of the first, (ua, uc) of the second
                vax, vay, vaz = -stiff * hax, -stiff * hay, -stiff * haz
                vcx, vcy, vcz = -stiff * hcx, -stiff * hcy, -stiff * hcz
                uax, uay, uaz, ucx, ucy, ucz = -vax, -vay, -vaz, -vcx, -vcy, -vcz
                curved = bend[i, k, 0] != 0.0 or bend[i, k, 1] != 0.0
                if curved:
                    weight = ei[i, k] * per
                    k01, k02 = bend[i, k, 0] * cell, bend[i, k, 1] * cell
                    ca, sa = np.cos(theta[i - 1, k]), np.sin(theta[i - 1, k])
                    cb, sb = np.cos(theta[i, k]), np.sin(theta[i, k])
                else:
                    straight += ei[i, k] * per
            else:  # all that are straight at rest, in a frame carried over the vertex
                if straight <= 0.0:
                    continue
                curved = True
                weight, k01, k02 = straight, 0.0, 0.0
                ca, sa = 1.0, 0.0
                ex, ey, ez = cy * paz - cz * pay, cz * pax - cx * paz, cx * pay - cy * pax
                fx, fy, fz = cy * ez - cz * ey, cz * ex - cx * ez, cx * ey - cy * ex
                px, py, pz = pax + ex + chi * fx, pay + ey + chi * fy, paz + ez + chi * fz
                qx, qy, qz = by * pz - bz * py, bz * px - bx * pz, bx * py - by * px
                cb, sb = 1.0, 0.0
            if curved:
                m1ax, m1ay, m1az = ca * pax + sa * qax, ca * pay + sa * qay, ca * paz + sa * qaz
                m2ax, m2ay, m2az = ca * qax - sa * pax, ca * qay - sa * pay, ca * qaz - sa * paz
                m1bx, m1by, m1bz = cb * px + sb * qx, cb * py + sb * qy, cb * pz + sb * qz
                m2bx, m2by, m2bz = cb * qx - sb * px, cb * qy - sb * py, cb * qz - sb * pz
                s1x, s1y, s1z = m1ax + m1bx, m1ay + m1by, m1az + m1bz
                s2x, s2y, s2z = m2ax + m2bx, m2ay + m2by, m2az + m2bz
                k1 = 0.5 * (kx * s2x + ky * s2y + kz * s2z)
                k2 = -0.5 * (kx * s1x + ky * s1y + kz * s1z)
                s1x, s1y, s1z = chi * s1x, chi * s1y, chi * s1z
                s2x, s2y, s2z = chi * s2x, chi * s2y, chi * s2z
                ox, oy, oz = (
                    (by * s2z - bz * s2y - k1 * tx) * la,
                    (bz * s2x - bx * s2z - k1 * ty) * la,
                    (bx * s2y - by * s2x - k1 * tz) * la,
                )
                rx, ry, rz = (
                    (az * s2y - ay * s2z - k1 * tx) * lb,
                    (ax * s2z - az * s2x - k1 * ty) * lb,
                    (ay * s2x - ax * s2y - k1 * tz) * lb,
                )
                ux, uy, uz = (
                    (bz * s1y - by * s1z - k2 * tx) * la,
                    (bx * s1z - bz * s1x - k2 * ty) * la,
                    (by * s1x - bx * s1y - k2 * tz) * la,
                )
                wx, wy, wz = (
                    (ay * s1z - az * s1y - k2 * tx) * lb,
                    (az * s1x - ax * s1z - k2 * ty) * lb,
                    (ax * s1y - ay * s1x - k2 * tz) * lb,
                )
                f1, f2 = weight * (k1 - k01), weight * (k2 - k02)
                energy += 0.5 * (f1 * (k1 - k01) + f2 * (k2 - k02))
                gax, gay, gaz = gax + f1 * ox + f2 * ux, gay + f1 * oy + f2 * uy, gaz + f1 * oz + f2 * uz
                gcx, gcy, gcz = gcx + f1 * rx + f2 * wx, gcy + f1 * ry + f2 * wy, gcz + f1 * rz + f2 * wz
                wox, woy, woz = weight * ox, weight * oy, weight * oz
                wux, wuy, wuz = weight * ux, weight * uy, weight * uz
                wrx, wry, wrz = weight * rx, weight * ry, weight * rz
                wwx, wwy, wwz = weight * wx, weight * wy, weight * wz
                aa00 += wox * ox + wux * ux
                aa01 += wox * oy + wux * uy
                aa02 += wox * oz + wux * uz
                aa11 += woy * oy + wuy * uy
                aa12 += woy * oz + wuy * uz
                aa22 += woz * oz + wuz * uz
                ac00 += wox * rx + wux * wx
                ac01 += wox * ry + wux * wy
                ac02 += wox * rz + wux * wz
                ac10 += woy * rx + wuy * wx
                ac11 += woy * ry + wuy * wy
                ac12 += woy * rz + wuy * wz
                ac20 += woz * rx + wuz * wx
                ac21 += woz * ry + wuz * wy
                ac22 += woz * rz + wuz * wz
                cc00 += wrx * rx + wwx * wx
                cc01 += wrx * ry + wwx * wy
                cc02 += wrx * rz + wwx * wz
                cc11 += wry * ry + wwy * wy
                cc12 += wry * rz + wwy * wz
                cc22 += wrz * rz + wwz * wz
                if k < tools:
                    a1 = -0.5 * (kx * m1ax + ky * m1ay + kz * m1az)
                    b1 = -0.5 * (kx * m1bx + ky * m1by + kz * m1bz)
                    a2 = -0.5 * (kx * m2ax + ky * m2ay + kz * m2az)
                    b2 = -0.5 * (kx * m2bx + ky * m2by + kz * m2bz)
                    right[ja] += f1 * a1 + f2 * a2
                    right[jb] += f1 * b1 + f2 * b2
                    # far from rest a turn costs by the moment, not by the square of the curvature
                    band[ja, 0] += weight * (a1 * a1 + a2 * a2) + abs(f1 * a2 - f2 * a1)
                    band[ja, b] += weight * (a1 * b1 + a2 * b2)
                    band[jb, 0] += weight * (b1 * b1 + b2 * b2) + abs(f1 * b2 - f2 * b1)
                    vax, vay, vaz = (
                        vax + a1 * wox + a2 * wux,
                        vay + a1 * woy + a2 * wuy,
                        vaz + a1 * woz + a2 * wuz,
                    )
                    vcx, vcy, vcz = (
                        vcx + a1 * wrx + a2 * wwx,
                        vcy + a1 * wry + a2 * wwy,
                        vcz + a1 * wrz + a2 * wwz,
                    )
                    uax, uay, uaz = (
                        uax + b1 * wox + b2 * wux,
                        uay + b1 * woy + b2 * wuy,
                        uaz + b1 * woz + b2 * wuz,
                    )
                    ucx, ucy, ucz = (
                        ucx + b1 * wrx + b2 * wwx,
                        ucy + b1 * wry + b2 * wwy,
                        ucz + b1 * wrz + b2 * wwz,
                    )
            if k < tools:
                j = 3 + k
                band[d0, j] -= vax
                band[d0 + 1, j - 1] -= vay
                band[d0 + 2, j - 2] -= vaz
                band[ja, b - j] += vax - vcx
                band[ja, b - j + 1] += vay - vcy
                band[ja, b - j + 2] += vaz - vcz
                band[ja, 2 * b - j] += vcx
                band[ja, 2 * b - j + 1] += vcy
                band[ja, 2 * b - j + 2] += vcz
                band[d0, b + j] -= uax
                band[d0 + 1, b + j - 1] -= uay
                band[d0 + 2, b + j - 2] -= uaz
                band[d1, j] += uax - ucx
                band[d1 + 1, j - 1] += uay - ucy
                band[d1 + 2, j - 2] += uaz - ucz
                band[jb, b - j] += ucx
                band[jb, b - j + 1] += ucy
                band[jb, b - j + 2] += ucz
        gax, gay, gaz = gax + torque * hax, gay + torque * hay, gaz + torque * haz
        gcx, gcy, gcz = gcx + torque * hcx, gcy + torque * hcy, gcz + torque * hcz
        aa00 += torsion * hax * hax
        aa01 += torsion * hax * hay
        aa02 += torsion * hax * haz
        aa11 += torsion * hay * hay
        aa12 += torsion * hay * haz
        aa22 += torsion * haz * haz
        ac00 += torsion * hax * hcx
        ac01 += torsion * hax * hcy
        ac02 += torsion * hax * hcz
        ac10 += torsion * hay * hcx
        ac11 += torsion * hay * hcy
        ac12 += torsion * hay * hcz
        ac20 += torsion * haz * hcx
        ac21 += torsion * haz * hcy
        ac22 += torsion * haz * hcz
        cc00 += torsion * hcx * hcx
        cc01 += torsion * hcx * hcy
        cc02 += torsion * hcx * hcz
        cc11 += torsion * hcy * hcy
        cc12 += torsion * hcy * hcz
        cc22 += torsion * hcz * hcz
        right[d0] -= gax
        right[d0 + 1] -= gay
        right[d0 + 2] -= gaz
        right[d1] += gax - gcx
        right[d1 + 1] += gay - gcy
        right[d1 + 2] += gaz - gcz
        right[d2] += gcx
        right[d2 + 1] += gcy
        right[d2 + 2] += gcz
        band[d0, 0] += aa00
        band[d0, 1] += aa01
        band[d0, 2] += aa02
        band[d0 + 1, 0] += aa11
        band[d0 + 1, 1] += aa12
        band[d0 + 2, 0] += aa22
        band[d0, b] += ac00 - aa00
        band[d0, b + 1] += ac01 - aa01
        band[d0, b + 2] += ac02 - aa02
        band[d0 + 1, b - 1] += ac10 - aa01
        band[d0 + 1, b] += ac11 - aa11
        band[d0 + 1, b + 1] += ac12 - aa12
        band[d0 + 2, b - 2] += ac20 - aa02
        band[d0 + 2, b - 1] += ac21 - aa12
        band[d0 + 2, b] += ac22 - aa22
        band[d0, 2 * b] -= ac00
        band[d0, 2 * b + 1] -= ac01
        band[d0, 2 * b + 2] -= ac02
        band[d0 + 1, 2 * b - 1] -= ac10
        band[d0 + 1, 2 * b] -= ac11
        band[d0 + 1, 2 * b + 1] -= ac12
        band[d0 + 2, 2 * b - 2] -= ac20
        band[d0 + 2, 2 * b - 1] -= ac21
        band[d0 + 2, 2 * b] -= ac22
        band[d1, 0] += aa00 - 2.0 * ac00 + cc00
        band[d1, 1] += aa01 - ac01 - ac10 + cc01
        band[d1, 2] += aa02 - ac02 - ac20 + cc02
        band[d1 + 1, 0] += aa11 - 2.0 * ac11 + cc11
        band[d1 + 1, 1] += aa12 - ac12 - ac21 + cc12
        band[d1 + 2, 0] += aa22 - 2.0 * ac22 + cc22
        band[d1, b] += ac00 - cc00
        band[d1, b + 1] += ac01 - cc01
        band[d1, b + 2] += ac02 - cc02
        band[d1 + 1, b - 1] += ac10 - cc01
        band[d1 + 1, b] += ac11 - cc11
        band[d1 + 1, b + 1] += ac12 - cc12
        band[d1 + 2, b - 2] += ac20 - cc02
        band[d1 + 2, b - 1] += ac21 - cc12
        band[d1 + 2, b] += ac22 - cc22
        band[d2, 0] += cc00
        band[d2, 1] += cc01
        band[d2, 2] += cc02
        band[d2 + 1, 0] += cc11
        band[d2 + 1, 1] += cc12
        band[d2 + 2, 0] += cc22
    return energy
