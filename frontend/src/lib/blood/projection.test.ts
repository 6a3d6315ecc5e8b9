import assert from 'node:assert/strict';
import test from 'node:test';
import { beamOf, corners, project } from './projection.ts';

const reference = [5, -20, 100] as [number, number, number];
const STRAIGHT = { rotation_deg: 0, angulation_deg: 0, sid_mm: 1050, sod_mm: 750, table_x_mm: 0, table_y_mm: 0, table_z_mm: 0 };

// Expected values come from the room's own `beam_geometry(...).project_points`, field 300 mm.
const OBLIQUE = { rotation_deg: 30, angulation_deg: -20, sid_mm: 1000, sod_mm: 750, table_x_mm: 15, table_y_mm: -20, table_z_mm: 40, table_tilt_deg: 5, detector_rotation_deg: 10 };

test('points fall where the room projects them', () => {
  for (const [pose, places] of [
    [STRAIGHT, [[0.6, 0.3], [0.20455, 0.68182]]],
    [OBLIQUE, [[0.73781, 0.12248], [0.31116, 0.57313]]],
  ] as const) {
    const beam = beamOf(pose, 300, reference);
    const found = ([[25, 30, 140], [-60, -40, 60]] as [number, number, number][]).map((point) => project(beam, point)?.slice(0, 2).map((x) => Number(x.toFixed(5))));
    assert.deepEqual(found, places);
  }
});

test('a point behind the source has no place, and the field ends at its corners', () => {
  const beam = beamOf(STRAIGHT, 300, reference);
  assert.equal(project(beam, [5, 2000, 100]), null);
  const [a, , c] = corners(beam).map((corner) => project(beam, corner));
  assert.deepEqual([a?.[0], a?.[1], c?.[0], c?.[1]].map((x) => x?.toFixed(6)), ['0.000000', '0.000000', '1.000000', '1.000000']);
});
