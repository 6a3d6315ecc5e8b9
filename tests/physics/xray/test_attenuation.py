"""Attenuation against NIST, and the laws of mixtures and edges."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray import attenuation
from angiosuite.physics.xray.beam import MATERIALS

GOLDEN = yaml.safe_load(
    (Path(__file__).parents[2] / "golden" / "xray" / "attenuation.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("material", GOLDEN["total"])
def test_attenuation_equals_the_tables_of_nist(material: str) -> None:
    energies = np.array(list(GOLDEN["total"][material]), dtype=float)
    expected = np.array(list(GOLDEN["total"][material].values()))
    ours = attenuation.mu_rho(material, energies)
    assert np.abs(ours / expected - 1).max() < GOLDEN["tolerance"]
    assert np.abs(ours / expected - 1).max() < 0.003  # the aim


def test_energy_absorption_of_air_equals_the_table_of_nist() -> None:
    table = GOLDEN["air_energy_absorption"]
    ours = attenuation.air_mu_en_rho(np.array(list(table), dtype=float))
    assert np.abs(ours / np.array(list(table.values())) - 1).max() < 0.003


def test_every_material_of_the_engine_has_a_finite_falling_table() -> None:
    for material in (*MATERIALS, "csi"):
        mu = attenuation.mu_rho(material, np.linspace(10, 150, 400))
        assert np.isfinite(mu).all()
        assert (mu > 0).all()
        assert attenuation.density_g_cm3(material) > 0


def test_iodine_jumps_at_its_k_edge() -> None:
    below, above = attenuation.mu_rho("iodine", [33.15, 33.2])
    assert above / below == pytest.approx(35.82 / 6.553, rel=0.02)


def test_scattering_parts_are_smaller_than_the_whole() -> None:
    energy = np.linspace(10, 140, 100)
    parts = attenuation.mu_rho_incoherent("water", energy) + attenuation.mu_rho_coherent("water", energy)
    assert (parts < attenuation.mu_rho("water", energy)).all()


def test_an_unknown_material_is_named_with_its_neighbour() -> None:
    with pytest.raises(WrongUse, match="iodine"):
        attenuation.mu_rho("iodin", 60.0)


def test_an_energy_outside_the_table_is_refused() -> None:
    with pytest.raises(WrongUse, match="keV"):
        attenuation.mu_rho("water", 200.0)
