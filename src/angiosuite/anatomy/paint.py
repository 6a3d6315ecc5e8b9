"""Paint tissue onto a grid: labels, bone distances and textures become water and bone densities.

One kernel walks the target grid slab by slab. Every voxel depends on the base volumes, the noise tile and
its own position only, so any number of threads gives the same voxels.
"""

from __future__ import annotations

from numba import njit

_FAT, _MUSCLE, _BOWEL, _STOMACH, _LUNG, _SKIN, _MEDIASTINUM, _BREAST = 1, 2, 9, 11, 15, 20, 24, 23
_GAS, _FAECES, _BONE = 25, 26, 40
_BODY, _ARCH, _SPINOUS, _HIP, _FEMUR, _RIB, _STERNUM, _CARTILAGE, _PEDICLE = 1, 2, 3, 4, 6, 7, 8, 9, 12

#: Places in the scalar parameter vector.
SPACING, BASE_STEP, DISTANCE_STEP, LUMEN_STEP, SKIN_STEP, SKIN_PAD, MIDLINE, ORIGIN_Z = range(8)
HIP_X, HIP_Y, HIP_Z, SPINE_Y, GAS_LEVEL, LUNG_FILL, SOFT_FILL, FAT_FILL = range(8, 16)
FADE_LOW, FADE_HIGH, DOME_FREE, FILL_END, ORIGIN_X, ORIGIN_Y, HEART_Z, DENSITY = range(16, 24)
SCALARS = 24


@njit(cache=True, nogil=True)
def _noise(tile, x, y, z):  # type: ignore[no-untyped-def]
    """Trilinear sample of a periodic tile of 128 cubed."""
    ix, iy, iz = int(x), int(y), int(z)
    u, v, w = x - ix, y - iy, z - iz
    x0, y0, z0 = ix & 127, iy & 127, iz & 127
    x1, y1, z1 = (ix + 1) & 127, (iy + 1) & 127, (iz + 1) & 127
    a = tile[z0, y0, x0] + u * (tile[z0, y0, x1] - tile[z0, y0, x0])
    b = tile[z0, y1, x0] + u * (tile[z0, y1, x1] - tile[z0, y1, x0])
    c = tile[z1, y0, x0] + u * (tile[z1, y0, x1] - tile[z1, y0, x0])
    d = tile[z1, y1, x0] + u * (tile[z1, y1, x1] - tile[z1, y1, x0])
    a += v * (b - a)
    c += v * (d - c)
    return a + w * (c - a)


@njit(cache=True, nogil=True)
def _linear(volume, z, y, x, w, v, u):  # type: ignore[no-untyped-def]
    """Trilinear sample at corner (z, y, x) with fractions (w, v, u)."""
    a = volume[z, y, x] * (1.0 - u) + volume[z, y, x + 1] * u
    b = volume[z, y + 1, x] * (1.0 - u) + volume[z, y + 1, x + 1] * u
    c = volume[z + 1, y, x] * (1.0 - u) + volume[z + 1, y, x + 1] * u
    d = volume[z + 1, y + 1, x] * (1.0 - u) + volume[z + 1, y + 1, x + 1] * u
    return (a * (1.0 - v) + b * v) * (1.0 - w) + (c * (1.0 - v) + d * v) * w


@njit(cache=True, nogil=True)
def _step(low, high, value):  # type: ignore[no-untyped-def]
    t = min(max((value - low) / (high - low), 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)


@njit(cache=True, nogil=True)
def _bone(tile, calm, p, h, kind, d, up, bx, by, bz, recipe):  # type: ignore[no-untyped-def]
    """Share of the voxel that is bone, and its mineral as a fraction of cortical bone."""
    if kind == _BODY:
        # plates are concave and a little uneven, walls are waisted
        rx, ry = (bx - p[MIDLINE]) / 21.0, (by - p[SPINE_Y]) / 19.0
        d += 2.1 * max(0.0, 1.0 - rx * rx - 0.6 * ry * ry) * up * up
        d += 0.5 * up * up * _noise(calm, bx * 0.3 + 90.0, by * 0.3 + 300.0, bz * 0.1 + 320.0)
        d += 0.35 * _noise(calm, bx * 0.7 + 40.0, by * 0.7 + 300.0, bz * 0.7 + 400.0)
    elif kind != _FEMUR:
        d += 0.30 * _noise(calm, bx * 0.7 + 140.0, by * 0.7 + 330.0, bz * 0.7 + 450.0)
    d -= 0.12 * h
    if d > 0.5 * h:
        return 0.0, 0.0
    occupied = min(max(0.5 - d / h, 0.0), 1.0)
    t = recipe[kind, 0]
    trabecular = recipe[kind, 1]
    cortical = recipe[kind, 2]
    if kind == _FEMUR:
        drop = p[HIP_Z] - bz
        t += 5.0 * _step(28.0, 120.0, drop)
        trabecular *= 1.0 - 0.45 * _step(15.0, 45.0, drop) - 0.55 * _step(70.0, 130.0, drop)
    elif kind == _HIP:
        ax = abs(bx - p[MIDLINE]) - p[HIP_X]
        away = ((ax) ** 2 + (by - p[HIP_Y]) ** 2 + (bz - p[HIP_Z] - 18.0) ** 2) ** 0.5
        trabecular += 0.11 * (1.0 - _step(18.0, 42.0, away))
    elif kind == _PEDICLE:
        # dense pillars of pedicles and facets, thinning toward the midline and the transverse process
        off = abs(bx - p[MIDLINE])
        pillar = _step(8.5, 14.5, off) * (1.0 - _step(20.0, 25.0, off))
        t = recipe[_ARCH, 0] + pillar * (t - recipe[_ARCH, 0])
        trabecular = recipe[_ARCH, 1] + pillar * (trabecular - recipe[_ARCH, 1])
        cortical = recipe[_ARCH, 2] + pillar * (cortical - recipe[_ARCH, 2])
    elif kind == _BODY:
        t *= 1.0 + 0.1 * up * up
    t *= 1.0 + 0.25 * _noise(calm, bx * 0.5 + 60.0, by * 0.5 + 310.0, bz * 0.5 + 330.0)
    inner = min(max(0.5 - (d + max(t, 0.1)) / h, 0.0), 1.0)
    if inner > 0.0:
        n = 0.5 * _noise(tile, bx * 1.5 + 20.0, by * 1.5 + 310.0, bz * 0.5 + 300.0)
        n += 0.5 * _noise(tile, bx * 1.3 + 70.0, by * 1.3 + 350.0, bz * 1.3 + 310.0)
        n += 0.45 * _noise(calm, bx * 0.8 + 30.0, by * 0.8 + 320.0, bz * 0.8 + 410.0)
        trabecular *= max(1.0 + 0.42 * n, 0.0)
    mineral = (cortical * (occupied - inner) + trabecular * inner) * p[DENSITY]
    return occupied, mineral


@njit(cache=True, nogil=True)
def _gas(calm, p, depth, ahead, bx, by, bz):  # type: ignore[no-untyped-def]
    """Share of gas in a lumen: large bubbles in front, specks among faeces."""
    score = 0.95 * _noise(calm, bx * 0.36 + 11.0, by * 0.36 + 301.0, bz * 0.36 + 311.0)
    score += 0.6 * ahead + 0.14 * _noise(calm, bx + 5.0, by + 305.0, bz + 515.0)
    large = min(max(0.5 + (score - p[GAS_LEVEL]) * 6.0, 0.0), 1.0)
    speck = _noise(calm, bx * 1.6 + 9.0, by * 1.6 + 309.0, bz * 1.6 + 819.0)
    small = min(max((speck - 1.75) * 2.5, 0.0), 1.0) * _step(5.0, 9.0, depth)
    wall = min(max((depth - 2.0) / p[SPACING], 0.0), 1.0)
    return max(large, small) * wall


@njit(cache=True, nogil=True)
def paint_slab(  # type: ignore[no-untyped-def]
    first,
    last,
    p,
    fx,
    fy,
    fz,
    by_z,
    labels,
    zones,
    distance,
    kinds,
    lumen,
    skin,
    dome,
    plan,
    tile,
    calm,
    mean,
    spread,
    recipe,
    inserts,
    breasts,
    still,
    bone,
    out_labels,
    ribs,
    rib_bone,
    rib_at,
    abdomen,
    abdomen_at,
    kidneys,
    kidneys_at,
    heart,
    heart_at,
    tree,
    tree_at,
):
    """Paint slices first..last of the target grid into every layer.

    Parameters
    ----------
    p : (SCALARS,) float64
        Scalars, see the names above.
    fx, fy, fz : (nz, nx), (nz, ny), (nz,) float32
        Base *index* coordinates of every column, row and slice of the target.
    by_z : (nz, 4) float32
        Fat in front, behind and at the sides (base mm), and the axis row y (base mm), per slice.
    labels, zones, distance, kinds, lumen : (z, y, x) uint8
        Base volumes.
    skin : (z, y, x) int8
        Signed distance to the lean body, mm, on the coarse padded grid.
    dome : (y, x) float32
        Height of the diaphragm on every fourth base row and column, mm.
    plan : (2, y, x) float32
        Columns under the diaphragm, sharp and blurred.
    tile, calm : (128, 128, 128) float32
        Periodic noise of unit variance, blurred by 1.1 and by 3.6 of its voxels.
    mean, spread : (256,) float32
        Density (mg/cm3) and texture of each tissue.
    recipe : (16, 3) float32
        Cortex mm, trabecular and cortical fraction per kind of bone.
    inserts : (n, 7) float64
        Ellipsoids (centre, half axes, tissue) that replace fat and bowel.
    breasts : (n, 6) float64
        Ellipsoids (centre, half axes), base mm, added to the skin.
    still, bone, out_labels, ribs, ...
        Outputs; `*_at` = first (z, y, x) of the layer's box in the target grid.
    """
    ny, nx = still.shape[1], still.shape[2]
    nbz, nby, nbx = labels.shape
    ngz, ngy, ngx = skin.shape
    ndy, ndx = dome.shape
    h = p[SPACING]
    for z in range(first, last):
        gz = min(max(fz[z], 0.0), nbz - 1.001)
        cz = int(gz)
        w = gz - cz
        bz = p[ORIGIN_Z] + p[BASE_STEP] * gz
        sz = min(gz / p[SKIN_STEP], ngz - 1.001)
        skz = int(sz)
        lower = _step(p[FADE_LOW], p[FADE_HIGH], bz)
        for y in range(ny):
            gy = fy[z, y]
            by = p[ORIGIN_Y] + p[BASE_STEP] * gy
            sy = min(max(gy / p[SKIN_STEP] + p[SKIN_PAD], 0.0), ngy - 1.001)
            sky = int(sy)
            gy = min(max(gy, 0.0), nby - 1.001)
            cy = int(gy)
            v = gy - cy
            dy = by - by_z[z, 3]
            for x in range(nx):
                gx = fx[z, x]
                bx = p[ORIGIN_X] + p[BASE_STEP] * gx
                sx = min(max(gx / p[SKIN_STEP] + p[SKIN_PAD], 0.0), ngx - 1.001)
                skx = int(sx)
                s = _linear(skin, skz, sky, skx, sz - skz, sy - sky, sx - skx)
                if s > -6.0:
                    dx = bx - p[MIDLINE]
                    share = dy * dy / (dx * dx + dy * dy + 1.0)
                    ends = by_z[z, 0] if dy < 0 else by_z[z, 1]
                    s -= ends * share + by_z[z, 2] * (1.0 - share)
                gland = 0.0
                for i in range(breasts.shape[0]):
                    ex, ey = (bx - breasts[i, 0]) / breasts[i, 3], (by - breasts[i, 1]) / breasts[i, 4]
                    ez = (bz - breasts[i, 2]) / breasts[i, 5]
                    if ex * ex + ey * ey + ez * ez < 3.5:
                        q = ((ex * ex + ey * ey + ez * ez) ** 0.5 - 1.0) * breasts[i, 4]
                        # smooth union with the skin
                        m = max(24.0 - abs(q - s), 0.0) / 24.0
                        s = min(s, q) - m * m * 6.0
                        gland = max(gland, -q - 9.0)
                if s > 0.5 * h:
                    continue
                inside = min(max(0.5 - s / h, 0.0), 1.0)
                gx = min(max(gx, 0.0), nbx - 1.001)
                cx = int(gx)
                u = gx - cx
                # soft tissue: table density weighted over the eight corners
                rho, wa, wk, wh = 0.0, 0.0, 0.0, 0.0
                main, most = 0, -1.0
                bowel = lung = 0.0
                for k in range(8):
                    dz_, dy_, dx_ = k >> 2, (k >> 1) & 1, k & 1
                    weight = (w if dz_ else 1.0 - w) * (v if dy_ else 1.0 - v) * (u if dx_ else 1.0 - u)
                    t = labels[cz + dz_, cy + dy_, cx + dx_]
                    if t >= _BONE:
                        t = _MUSCLE if t != _BONE + _BODY else _MEDIASTINUM
                    elif t == 0:
                        t = _FAT
                    rho += weight * mean[t]
                    if t in (_BOWEL, _STOMACH):
                        bowel += weight
                    elif t == _LUNG:
                        lung += weight
                    if weight > most:
                        most = weight
                        main = t
                    zone = zones[cz + dz_, cy + dy_, cx + dx_]
                    if zone == 1:
                        wa += weight
                    elif zone == 2:
                        wk += weight
                    elif zone == 3:
                        wh += weight
                if main in (_FAT, _BOWEL):
                    for i in range(inserts.shape[0]):
                        ex, ey = (bx - inserts[i, 0]) / inserts[i, 3], (by - inserts[i, 1]) / inserts[i, 4]
                        ez = (bz - inserts[i, 2]) / inserts[i, 5]
                        if ex * ex + ey * ey + ez * ez < 1.0:
                            main = int(inserts[i, 6])
                            rho = mean[main]
                            bowel = 0.0
                if main == _FAT and gland > 0.0:
                    g = min(gland / 6.0, 1.0) * (
                        0.55 + 0.25 * _noise(tile, bx * 0.2 + 7, by * 0.2 + 320, bz * 0.2 + 210)
                    )
                    rho += g * (mean[_BREAST] - mean[_FAT])
                    if g > 0.5:
                        main = _BREAST
                # texture
                if main == _MUSCLE:
                    n = _noise(tile, bx * 0.4 + 15.0, by * 0.4 + 315.0, bz * 0.11 + 215.0)
                    rho += 5.0 * n
                    if n > 1.4:
                        rho -= 60.0 * min(n - 1.4, 1.0)
                elif main == _LUNG:
                    rho += 30.0 * _noise(tile, bx * 0.9 + 15.0, by * 0.9 + 315.0, bz * 0.9 + 215.0)
                    rho += 25.0 * _noise(calm, bx * 0.5 + 25.0, by * 0.5 + 325.0, bz * 0.5 + 325.0)
                    if tree.size > 0:
                        tz, ty, tx = z - tree_at[0], y - tree_at[1], x - tree_at[2]
                        if 0 <= tz < tree.shape[0] and 0 <= ty < tree.shape[1] and 0 <= tx < tree.shape[2]:
                            rho += (mean[7] - rho) * (tree[tz, ty, tx] / 255.0) * lung
                else:
                    rho += (
                        spread[main]
                        * 0.8
                        * _noise(tile, bx * 0.26 + 12.0, by * 0.26 + 312.0, bz * 0.26 + 212.0)
                    )
                if s > -2.0:
                    rho = mean[_SKIN]
                    main = _SKIN
                if bowel > 0.0:
                    depth = _linear(lumen, cz, cy, cx, w, v, u) * p[LUMEN_STEP]
                    fore = lumen[cz, max(cy - 5, 0), cx] * p[LUMEN_STEP]
                    back = lumen[cz, min(cy + 5, nby - 1), cx] * p[LUMEN_STEP]
                    ahead = min(max((back - fore) / 8.0, -1.0), 1.0)
                    gas = _gas(calm, p, depth, ahead, bx, by, bz) * bowel
                    rho *= 1.0 - 0.99 * gas
                    if gas > 0.5:
                        main = _GAS
                    elif depth > 6.0 and main == _BOWEL:
                        main = _FAECES
                        rho += (
                            15.0
                            * _noise(tile, bx * 0.5 + 2.0, by * 0.5 + 302.0, bz * 0.5 + 202.0)
                            * (1.0 - gas)
                        )
                rho = max(rho, 0.0) * inside
                # bone
                occupied, mineral, kind = 0.0, 0.0, 0
                d = (_linear(distance, cz, cy, cx, w, v, u) - 128.0) * p[DISTANCE_STEP]
                if d < 3.5:
                    kind = kinds[
                        cz + (1 if w > 0.5 else 0), cy + (1 if v > 0.5 else 0), cx + (1 if u > 0.5 else 0)
                    ]
                    rise = 0.0
                    for k in range(4):
                        yy, xx = cy + (k >> 1), cx + (k & 1)
                        rise += float(distance[cz + 1, yy, xx]) - float(distance[cz, yy, xx])
                    up = min(max(rise * 0.25 * p[DISTANCE_STEP] / p[BASE_STEP], -1.0), 1.0)
                    if kind > 0:
                        occupied, mineral = _bone(tile, calm, p, h, kind, d, up, bx, by, bz, recipe)
                        occupied *= inside
                        mineral *= inside
                water = rho * (1.0 - occupied) + 980.0 * occupied - 1000.0 * mineral
                total = round(water)
                if occupied > 0.5:
                    main = _BONE + kind
                elif inside < 0.5:
                    main = 0
                out_labels[z, y, x] = main
                counts = round(240.0 * mineral)
                if kind in (_RIB, _STERNUM, _CARTILAGE):
                    rz, ry_, rx_ = z - rib_at[0], y - rib_at[1], x - rib_at[2]
                    if 0 <= rz < ribs.shape[0] and 0 <= ry_ < ribs.shape[1] and 0 <= rx_ < ribs.shape[2]:
                        extra = round(water - rho)
                        ribs[rz, ry_, rx_] = extra
                        rib_bone[rz, ry_, rx_] = counts
                        total -= extra
                        counts = 0
                bone[z, y, x] = counts
                soft = rho
                az, ay, ax_ = z - abdomen_at[0], y - abdomen_at[1], x - abdomen_at[2]
                if 0 <= az < abdomen.shape[0] and 0 <= ay < abdomen.shape[1] and 0 <= ax_ < abdomen.shape[2]:
                    ry = min(max(gy * 0.25, 0.0), ndy - 1.001)
                    rx = min(max(gx * 0.25, 0.0), ndx - 1.001)
                    iy, ix = int(ry), int(rx)
                    e, f = ry - iy, rx - ix
                    roof = (dome[iy, ix] * (1 - f) + dome[iy, ix + 1] * f) * (1 - e) + (
                        dome[iy + 1, ix] * (1 - f) + dome[iy + 1, ix + 1] * f
                    ) * e
                    below = roof - bz
                    part = wa * lower * (soft - p[SOFT_FILL])
                    if below > 0.0 or wa > 0.0:
                        t = (below - p[DOME_FREE]) / max(roof - p[FILL_END] - p[DOME_FREE], 20.0)
                        t = min(max(t, 0.0), 1.0)
                        t = 0.7 * t + 0.3 * t * t * (3.0 - 2.0 * t)
                        deep = _step(40.0, 110.0, below)
                        column = 0.0
                        for k in range(4):
                            yy, xx = cy + (k >> 1), cx + (k & 1)
                            share = (v if k >> 1 else 1.0 - v) * (u if k & 1 else 1.0 - u)
                            column += share * ((1.0 - deep) * plan[0, yy, xx] + deep * plan[1, yy, xx])
                        column *= wa + (1.0 - wa) * _step(4.0, 12.0, below)
                        part += column * (1.0 - t) * (p[SOFT_FILL] - p[LUNG_FILL])
                    moved = round(part)
                    abdomen[az, ay, ax_] = moved
                    total -= moved
                if wk > 0.0:
                    az, ay, ax_ = z - kidneys_at[0], y - kidneys_at[1], x - kidneys_at[2]
                    if (
                        0 <= az < kidneys.shape[0]
                        and 0 <= ay < kidneys.shape[1]
                        and 0 <= ax_ < kidneys.shape[2]
                    ):
                        moved = round(wk * (soft - p[FAT_FILL]))
                        kidneys[az, ay, ax_] = moved
                        total -= moved
                if wh > 0.0:
                    az, ay, ax_ = z - heart_at[0], y - heart_at[1], x - heart_at[2]
                    if 0 <= az < heart.shape[0] and 0 <= ay < heart.shape[1] and 0 <= ax_ < heart.shape[2]:
                        up = max(_step(-60.0, 60.0, bz - p[HEART_Z]), _step(22.0, 44.0, p[HEART_Z] - bz))
                        behind = p[LUNG_FILL] + (p[SOFT_FILL] - p[LUNG_FILL]) * up
                        moved = round(wh * (soft - behind))
                        heart[az, ay, ax_] = moved
                        total -= moved
                still[z, y, x] = total


@njit(cache=True, nogil=True)
def draw_tree(first, last, segments, origin, h, volume):  # type: ignore[no-untyped-def]
    """Share (0 to 255) of each voxel filled by branching vessels; slices first..last of `volume`.

    `segments` (n, 8): two ends and radii, (x, y, z, r) mm in the frame of `origin` (x, y, z) and spacing h.
    A vessel thinner than a voxel fills it in proportion to its cross-section.
    """
    _nz, ny, nx = volume.shape
    for i in range(segments.shape[0]):
        r0, r1 = segments[i, 3], segments[i, 7]
        reach = max(max(r0, r1), 0.5 * h) + 0.6 * h
        z0 = max(first, int((min(segments[i, 2], segments[i, 6]) - reach - origin[2]) / h))
        z1 = min(last, int((max(segments[i, 2], segments[i, 6]) + reach - origin[2]) / h) + 2)
        y0 = max(0, int((min(segments[i, 1], segments[i, 5]) - reach - origin[1]) / h))
        y1 = min(ny, int((max(segments[i, 1], segments[i, 5]) + reach - origin[1]) / h) + 2)
        x0 = max(0, int((min(segments[i, 0], segments[i, 4]) - reach - origin[0]) / h))
        x1 = min(nx, int((max(segments[i, 0], segments[i, 4]) + reach - origin[0]) / h) + 2)
        ax, ay, az = segments[i, 0], segments[i, 1], segments[i, 2]
        dx, dy, dz = segments[i, 4] - ax, segments[i, 5] - ay, segments[i, 6] - az
        length = max(dx * dx + dy * dy + dz * dz, 1e-6)
        for z in range(z0, z1):
            pz = origin[2] + h * z - az
            for y in range(y0, y1):
                py = origin[1] + h * y - ay
                for x in range(x0, x1):
                    px = origin[0] + h * x - ax
                    t = min(max((px * dx + py * dy + pz * dz) / length, 0.0), 1.0)
                    ex, ey, ez = px - t * dx, py - t * dy, pz - t * dz
                    r = r0 + t * (r1 - r0)
                    wide = max(r, 0.55 * h)
                    share = min(max(0.5 + (wide - (ex * ex + ey * ey + ez * ez) ** 0.5) / h, 0.0), 1.0)
                    share *= (r / wide) ** 2
                    value = int(255.0 * share)
                    if value > volume[z, y, x]:
                        volume[z, y, x] = value
