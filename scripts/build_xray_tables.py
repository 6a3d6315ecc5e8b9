"""Make the X-ray tables that ship in `angiosuite_content/xray` (run by hand, needs the `tables` extra).

    python scripts/build_xray_tables.py            # writes tables.npz and PROVENANCE.md

Three things are made: tube spectra with SpekPy, attenuation and scattering data of the materials with
xraydb (Elam; Waasmaier and Kirfel) and SpekPy's NIST energy absorption of air, and the six-energy beams
that the renderer uses, fitted to sums over 1 keV bins. Nothing of this is needed at run time.
"""

from __future__ import annotations

import hashlib
import sys
from importlib.metadata import version
from itertools import product
from pathlib import Path

import numpy as np
import spekpy
import xraydb
from scipy.optimize import least_squares
from spekpy.SpekTools import load_mu_data

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent / "src" / "angiosuite_content" / "xray"

ANODE_ANGLE_DEG = 11.0
FILTER_AL_MM = 2.5
KV = np.arange(40, 126)
FILTERS_CU_MM = np.array([0.0, 0.1, 0.2, 0.3, 0.6, 0.9])
ENERGIES_KEV = np.arange(1.5, 125.0)
GRID_KEV = np.concatenate([np.arange(5.0, 20.0, 0.5), np.arange(20.0, 151.0)])
CSI_G_CM2 = 0.2

# Mass fractions (%) and densities; the names are those the engine uses.
MATERIALS: dict[str, tuple[float, dict[str, float], str]] = {
    "water": (1.0, {"H": 11.1894, "O": 88.8106}, "H2O"),
    "cortical-bone": (
        1.92,
        {"H": 3.4, "C": 15.5, "N": 4.2, "O": 43.5, "Na": 0.1, "Mg": 0.2, "P": 10.3, "S": 0.3, "Ca": 22.5},
        "ICRU 44",
    ),
    "adipose": (
        0.95,
        {"H": 11.4, "C": 59.8, "N": 0.7, "O": 27.8, "Na": 0.1, "S": 0.1, "Cl": 0.1},
        "ICRU 44",
    ),
    "air": (0.00120479, {"C": 0.0124, "N": 75.5268, "O": 23.1781, "Ar": 1.2827}, "NIST, dry near sea level"),
    "pmma": (1.19, {"H": 8.0538, "C": 59.9848, "O": 31.9614}, "C5H8O2"),
    "carbon": (1.7, {"C": 100.0}, "carbon-fibre table top, as carbon"),
    "iodine": (4.93, {"I": 100.0}, "element"),
    "aluminium": (2.699, {"Al": 100.0}, "element"),
    "copper": (8.96, {"Cu": 100.0}, "element"),
    "steel": (8.0, {"Fe": 71.0, "Cr": 18.5, "Ni": 9.0, "Mn": 1.5}, "stainless, type 304"),
    "nitinol": (6.45, {"Ni": 55.8, "Ti": 44.2}, "55.8 % nickel"),
    "platinum": (21.45, {"Pt": 100.0}, "element"),
    "tungsten": (19.3, {"W": 100.0}, "element"),
    "tantalum": (16.65, {"Ta": 100.0}, "element"),
    "lead": (11.35, {"Pb": 100.0}, "element"),
    "csi": (4.51, {"Cs": 51.155, "I": 48.845}, "CsI"),
}
# What instruments are made of besides. The beams are fitted on the grid without the edges of these, so that
# one more of them leaves every beam as it was.
OF_INSTRUMENTS: dict[str, tuple[float, dict[str, float], str]] = {
    "gold": (19.3, {"Au": 100.0}, "element"),
    "barium-sulphate": (4.5, {"Ba": 58.84, "S": 13.74, "O": 27.42}, "BaSO4"),
    "bismuth-subcarbonate": (6.86, {"Bi": 81.96, "C": 2.35, "O": 15.69}, "Bi2O2CO3"),
    "polyamide": (1.02, {"H": 11.75, "C": 73.04, "N": 7.10, "O": 8.11}, "nylon 12, C12H23NO"),
}
ALL = {**MATERIALS, **OF_INSTRUMENTS}


def edges_kev(materials: dict[str, tuple[float, dict[str, float], str]]) -> list[float]:
    """Absorption edges between 5 and 150 keV of every element of the materials."""
    found = set()
    for _, composition, _ in materials.values():
        for element in composition:
            for edge in xraydb.xray_edges(element).values():
                if 5.0 < edge.energy / 1000 < 150.0:
                    found.add(edge.energy / 1000)
    return sorted(found)


def attenuation(materials: dict[str, tuple[float, dict[str, float], str]]) -> dict[str, np.ndarray]:
    """Mass attenuation coefficients in cm2/g on a grid with both sides of every edge."""
    edges = np.array(edges_kev(materials))
    energies = np.unique(np.concatenate([GRID_KEV, edges - 2e-3, edges + 2e-3]))
    result: dict[str, np.ndarray] = {"energy_kev": energies}
    for kind in ("total", "incoh", "coh"):
        rows = []
        for _, composition, _ in materials.values():
            whole = sum(composition.values())
            rows.append(
                sum(w / whole * xraydb.mu_elam(e, energies * 1000, kind=kind) for e, w in composition.items())
            )
        result[kind] = np.array(rows)
    _, air, water = load_mu_data("nist")
    result["air_mu_en"] = np.asarray(air.get_muen_over_rho_air(energies))
    result["water_mu_en"] = np.asarray(water.get_muen_over_rho_water(energies))
    return result


def loglog(at: np.ndarray, energies: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.exp(np.interp(np.log(at), np.log(energies), np.log(values)))


def spectra() -> np.ndarray:
    """Photons per keV, cm2 and mAs at 1 m, behind 2.5 mm Al, per tube voltage, 1 keV bins."""
    out = np.zeros((len(KV), len(ENERGIES_KEV)))
    for row, kv in enumerate(KV):
        beam = spekpy.Spek(
            kvp=float(kv),
            th=ANODE_ANGLE_DEG,
            dk=1.0,
            mas=1.0,
            z=100.0,
            physics="casim",
            mu_data_source="nist",
        )
        beam.filter("Al", FILTER_AL_MM)
        energy, fluence = beam.get_spectrum(edges=False)
        index = np.rint(energy - ENERGIES_KEV[0]).astype(int)
        out[row, index] = fluence
    return out


def fitting_paths(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Random paths (water, bone, iodine, steel; g/cm2) and the same paths without iodine."""
    n = 360
    a = rng.uniform(0, 1, (n, 4)) * np.array([38.0, 6.0, 0.25, 0.8])
    a[:, 1] *= rng.random(n) < 0.6
    a[:, 3] *= rng.random(n) < 0.25
    a[:12] = 0.0
    a[:12, 0] = np.linspace(0, 38, 12)
    bare = a.copy()
    bare[:, 2] = 0.0
    return a, bare


def fit_beams(spectrum: np.ndarray, table: dict[str, np.ndarray]) -> tuple[np.ndarray, ...]:
    """Six energies and weights per voltage and filter, by continuation along the voltage.

    The start is the sparse solution that non-negative least squares gives at 80 kV (energies near 30, 33.5,
    41.5, 55, kV-2 and kV); then energies and weights are refined together, from one voltage to the next,
    so that both are smooth in the voltage and may be interpolated.
    """
    names = list(MATERIALS)
    grid = table["energy_kev"]
    rows = [names.index(m) for m in ("water", "cortical-bone", "iodine", "steel")]
    fine = np.array([loglog(ENERGIES_KEV, grid, table["total"][r]) for r in rows])
    log_grid, log_mu = np.log(grid), np.log(table["total"][rows])
    csi = loglog(ENERGIES_KEV, grid, table["total"][names.index("csi")])
    copper = loglog(ENERGIES_KEV, grid, table["total"][names.index("copper")])
    signal = ENERGIES_KEV * (1 - np.exp(-csi * CSI_G_CM2))
    paths, bare = fitting_paths(np.random.default_rng(20260))
    rho_t = paths[:, 2] > 0.01

    def exact(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        full = np.log(np.exp(-paths @ fine) @ weights)
        return full, np.log(np.exp(-bare @ fine) @ weights)

    def model(p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x = np.log(p[:6])
        mu = np.exp(np.array([np.interp(x, log_grid, m) for m in log_mu]))
        w = np.exp(p[6:])
        w /= w.sum()
        return np.log(np.exp(-paths @ mu) @ w), np.log(np.exp(-bare @ mu) @ w)

    energies = np.zeros((len(FILTERS_CU_MM), len(KV), 6))
    weights = np.zeros_like(energies)
    log_rms = np.zeros(energies.shape[:2])
    iodine_rms = np.zeros_like(log_rms)
    start_kv = 80
    for f, cu in enumerate(FILTERS_CU_MM):
        kept: dict[int, np.ndarray] = {}
        # Little copper leaves much below iodine's edge: two energies there, one for the harder beams.
        soft = cu < 0.25
        energies0 = [25.0, 31.0, 36.0, 45.0, 57.0, 72.0] if soft else [29.0, 33.6, 42.0, 53.0, 65.0, 77.0]
        start = np.array([*energies0, *np.log([0.1, 0.1, 0.2, 0.3, 0.2, 0.1])])
        for kv in [*range(start_kv, 126), *range(start_kv - 1, 39, -1)]:
            near = kv - 1 if kv > start_kv else kv + 1
            p0 = kept.get(near, start).copy()
            if kv != start_kv:
                high = p0[2:6] > 34.0
                p0[2:6][high] = 34.0 + (p0[2:6][high] - 34.0) * (kv - 33.5) / (near - 33.5)
            w = spectrum[kv - KV[0]] * np.exp(-copper * 8.96 * cu / 10) * signal
            w /= w.sum()
            truth, truth_bare = exact(w)
            contrast = (truth - truth_bare)[rho_t]
            prior = p0.copy()

            def residual(p: np.ndarray, prior=prior, truth=truth, bare_=truth_bare, c=contrast) -> np.ndarray:
                full, without = model(p)
                iodine = (full - without)[rho_t] / c - 1.0
                tie = np.concatenate([(p[:6] - prior[:6]) * 2e-4, (p[6:] - prior[6:]) * 5e-4])
                return np.concatenate([full - truth, without - bare_, 0.5 * iodine, tie])

            top = float(kv)
            second = (17.0, 33.1) if soft else (33.25, min(40.0, top - 0.5))
            low = np.array([16.0, second[0], 33.3, 33.4, 33.5, 33.6, *([-9.0] * 6)])
            upper = np.array([33.1, second[1], top, top, top, top, *([0.5] * 6)])
            p0 = np.clip(p0, low + 1e-3, upper - 1e-3)
            scale = np.r_[np.full(6, 5.0), np.full(6, 1.0)]
            for _ in range(3 if kv == start_kv else 1):
                prior[:] = p0
                p0 = least_squares(residual, p0, bounds=(low, upper), x_scale=scale).x
            kept[kv] = p0
            row = kv - KV[0]
            order = np.argsort(p0[:6])
            energies[f, row] = p0[:6][order]
            weights[f, row] = (np.exp(p0[6:]) / np.exp(p0[6:]).sum())[order]
            full, without = model(p0)
            log_rms[f, row] = np.sqrt(np.mean((full - truth) ** 2))
            iodine_rms[f, row] = np.sqrt(np.mean((((full - without)[rho_t]) / contrast - 1) ** 2))
        shown = [40, 50, 60, 70, 80, 100, 120, 125]
        found = (f"{k}: {log_rms[f, k - 40]:.4f}/{100 * iodine_rms[f, k - 40]:.2f}%" for k in shown)
        print(f"{cu} mm Cu:", *found)
    return energies, weights, log_rms, iodine_rms


def effective(
    spectrum: np.ndarray, table: dict[str, np.ndarray], energies: np.ndarray, weights: np.ndarray
) -> tuple[list[str], np.ndarray]:
    """What has its K edge within the spectra, and its coefficients at the six energies, cm2/g.

    An edge between two of the six energies is missed by values at points; the coefficients are instead fitted
    to the 1 keV sum behind 5 to 25 cm of water and up to 1 g/cm2 of the material. Shape (materials, filters,
    voltages, 6). Iodine's edge is known to the six energies themselves.
    """
    names, grid = list(ALL), table["energy_kev"]
    edges = {
        name: [xraydb.xray_edge(e, "K").energy / 1000 for e in made] for name, (_, made, _) in ALL.items()
    }
    # the beams were fitted with iodine; caesium's edge, of the detector, lies close to its
    found = [name for name in names if max(edges[name]) > 36.0]
    out = np.zeros((len(found), len(FILTERS_CU_MM), len(KV), 6), np.float32)
    fine = {n: loglog(ENERGIES_KEV, grid, table["total"][names.index(n)]) for n in (*found, "water")}
    copper = loglog(ENERGIES_KEV, grid, table["total"][names.index("copper")])
    csi = loglog(ENERGIES_KEV, grid, table["total"][names.index("csi")])
    signal = ENERGIES_KEV * (1 - np.exp(-csi * CSI_G_CM2))
    water, own = (a.ravel() for a in np.meshgrid([5.0, 15.0, 25.0], np.linspace(0.05, 1.0, 14)))
    for (m, name), (f, cu), (row, kv) in product(enumerate(found), enumerate(FILTERS_CU_MM), enumerate(KV)):
        at = energies[f, row]
        start = loglog(at, grid, table["total"][names.index(name)])
        out[m, f, row] = start
        if kv <= max(edges[name]):
            continue
        w = spectrum[row] * np.exp(-copper * 8.96 * cu / 10) * signal
        exact = np.log(np.exp(-np.outer(water, fine["water"]) - np.outer(own, fine[name])) @ (w / w.sum()))
        still = loglog(at, grid, table["total"][names.index("water")])
        behind = weights[f, row] * np.exp(-np.outer(water, still))

        def residual(log_ratio: np.ndarray, behind=behind, start=start, exact=exact) -> np.ndarray:
            ours = (behind * np.exp(-np.outer(own, start * np.exp(log_ratio)))).sum(axis=1)
            return np.concatenate([np.log(ours) - exact, 1e-3 * log_ratio])

        out[m, f, row] = start * np.exp(least_squares(residual, np.zeros(6), max_nfev=30).x)
    return found, out


def form_factors() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x = sin(theta/2)/lambda in 1/angstrom, F(x)^2 and S(x) of one water molecule.

    F from Waasmaier and Kirfel, atoms independent (interference between molecules left out). S after Waller
    and Hartree without exchange, Z minus the sum over electrons of f_j squared: hydrogen exactly, oxygen with
    a screened hydrogenic 1s shell (Slater, 7.66) and six equal electrons for the rest of F.
    """
    x = np.concatenate([np.linspace(0, 2, 201), np.linspace(2.05, 12, 200)])
    h, o = xraydb.f0("H", x), xraydb.f0("O", np.minimum(x, 6.0))
    f2 = 2 * h**2 + o**2
    one_s = 1 / (1 + (4 * np.pi * x * 0.529177 / (2 * 7.66)) ** 2) ** 2
    valence = (o - 2 * one_s) / 6
    s = 2 * (1 - h**2) + (8 - 2 * one_s**2 - 6 * np.clip(valence, 0, 1) ** 2)
    return x, f2, s


def main() -> int:
    spectrum = spectra()
    energies, weights, log_rms, iodine_rms = fit_beams(spectrum, attenuation(MATERIALS))
    table = attenuation(ALL)
    edged, edged_mu = effective(spectrum, table, energies, weights)
    x, f2, s = form_factors()
    TARGET.mkdir(parents=True, exist_ok=True)
    path = TARGET / "tables.npz"
    np.savez_compressed(
        path,
        materials=np.array(list(ALL)),
        density_g_cm3=np.array([m[0] for m in ALL.values()]),
        energy_kev=table["energy_kev"],
        mu_rho_cm2_g=table["total"].astype(np.float32),
        mu_rho_incoherent_cm2_g=table["incoh"].astype(np.float32),
        mu_rho_coherent_cm2_g=table["coh"].astype(np.float32),
        air_mu_en_rho_cm2_g=table["air_mu_en"].astype(np.float32),
        water_mu_en_rho_cm2_g=table["water_mu_en"].astype(np.float32),
        kv=KV,
        filters_cu_mm=FILTERS_CU_MM,
        spectrum_energy_kev=ENERGIES_KEV,
        spectrum_per_kev_cm2_mas_1m=spectrum.astype(np.float32),
        beam_energies_kev=energies.astype(np.float32),
        beam_weights=weights.astype(np.float32),
        beam_log_rms=log_rms.astype(np.float32),
        beam_iodine_rms=iodine_rms.astype(np.float32),
        beam_edge_materials=np.array(edged),
        beam_edge_mu_rho_cm2_g=edged_mu,
        water_x_per_angstrom=x,
        water_form_factor_squared=f2,
        water_incoherent_function=s,
    )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    listing = "\n".join(f"- {name}: {d} g/cm³, {origin}" for name, (d, _, origin) in ALL.items())
    (TARGET / "PROVENANCE.md").write_text(
        f"""# X-ray tables

`tables.npz` is made by `scripts/build_xray_tables.py` and holds numbers only.

- SHA-256: `{digest}`
- Spectra: SpekPy {version("spekpy")} (MIT; Poludniowski, Omar, Bujila and Andreo, Med Phys 48:3630, 2021),
  model "casim" with NIST attenuation, tungsten anode {ANODE_ANGLE_DEG} degrees, {FILTER_AL_MM} mm Al,
  no ripple, {KV[0]} to {KV[-1]} kV, 1 keV bins.
- Attenuation: xraydb {version("xraydb")} (public domain, MIT; Elam, Ravel and Sieber, Rad Phys Chem 63:121,
  2002).
- Energy absorption of air and water: NIST, as shipped with SpekPy (Hubbell and Seltzer, NISTIR 5632).
- Form factors: Waasmaier and Kirfel, Acta Cryst A51:416, 1995 (through xraydb).
- Beams: six energies and weights per voltage and copper filter, fitted to the 1 keV sum of the energy
  absorbed in {CSI_G_CM2} g/cm² CsI over random paths (water to 38, bone to 6, iodine to 0.25, steel to 0.8
  g/cm²).
  Worst rms of the log signal {log_rms.max():.4f}; of iodine contrast {100 * iodine_rms.max():.2f} %
  ({100 * iodine_rms[:, 30:61].max():.2f} % from 70 to 100 kV). What has its K edge within the spectra
  ({", ".join(edged)}) has coefficients of its own at the six energies, fitted likewise.

Materials:

{listing}

`scatter.json` is made by `scripts/fit_scatter.py` from the project's own Monte Carlo (508 water slabs for the
scatter-to-primary ratio and its fall at the field's edge, 72 for the backscatter factor).
""",
        encoding="utf-8",
    )
    print(path, path.stat().st_size, "bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
