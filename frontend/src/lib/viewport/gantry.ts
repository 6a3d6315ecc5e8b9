/** The moving picture of C-arm and table: from the feet (rotation) and from the patient's side (angulation). */
import type { Collimator, Pose } from '../stream/types';

export interface GantryLook {
  metal: string;
  dim: string;
  body: string;
  beam: string;
  beamOn: string;
  text: string;
}

export type GantryView = 'feet' | 'side';

/** Draw one view; lengths in mm, scaled so that the tube's whole circle fits the smaller side. */
export function drawGantry(
  canvas: HTMLCanvasElement,
  view: GantryView,
  pose: Pose,
  opening: { collimator: Collimator; fovCm: number },
  on: boolean,
  look: GantryLook,
): void {
  const dpr = devicePixelRatio;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (!width || !height) return;
  if (canvas.width !== Math.round(width * dpr)) canvas.width = Math.round(width * dpr);
  if (canvas.height !== Math.round(height * dpr)) canvas.height = Math.round(height * dpr);
  const c = canvas.getContext('2d');
  if (!c) return;
  const k = Math.min(width, height) / 1880;
  c.setTransform(dpr, 0, 0, dpr, 0, 0);
  c.clearRect(0, 0, width, height);
  c.setTransform(dpr * k, 0, 0, dpr * k, (width * dpr) / 2, (height * dpr) / 2);

  // From the feet the patient's left (LAO, positive) is at the right; from the patient's left the head is at the left.
  const angle = ((view === 'feet' ? pose.rotation_deg : -pose.angulation_deg) * Math.PI) / 180;
  const across = view === 'feet' ? pose.table_x_mm : -pose.table_z_mm;
  const up = -pose.table_y_mm;
  const sod = pose.sod_mm ?? 785;
  if (view === 'feet') arm(c, angle, look);
  c.save();
  c.translate(across, up);
  if (view === 'feet') bodyFromFeet(c, look);
  else bodyFromSide(c, look);
  c.restore();
  c.save();
  c.rotate(angle);
  beam(c, pose, opening, view, on, look);
  c.fillStyle = look.metal;
  c.fillRect(-230, -(pose.sid_mm - sod) - 70, 460, 70);
  c.fillStyle = look.dim;
  c.fillRect(-60, -(pose.sid_mm - sod) - 150, 120, 80);
  c.fillStyle = look.metal;
  roundRect(c, -85, sod - 20, 170, 150, 30);
  c.restore();
}

function arm(c: CanvasRenderingContext2D, angle: number, look: GantryLook): void {
  c.save();
  c.rotate(angle);
  c.strokeStyle = look.dim;
  c.lineWidth = 52;
  c.beginPath();
  c.arc(0, 60, 700, Math.PI * 0.5, Math.PI * 1.44);
  c.stroke();
  c.restore();
}

function beam(
  c: CanvasRenderingContext2D,
  pose: Pose,
  { collimator, fovCm }: { collimator: Collimator; fovCm: number },
  view: GantryView,
  on: boolean,
  look: GantryLook,
): void {
  const sod = pose.sod_mm ?? 785;
  const far = -(pose.sid_mm - sod);
  const half = (fovCm * 10) / Math.SQRT2 / 2; // labelled by its diagonal
  const [one, two] = view === 'feet' ? [collimator.left, collimator.right] : [collimator.top, collimator.bottom];
  c.fillStyle = on ? look.beamOn : look.beam;
  c.beginPath();
  c.moveTo(0, sod);
  c.lineTo(-half * one, far);
  c.lineTo(half * two, far);
  c.closePath();
  c.fill();
  c.strokeStyle = on ? look.beamOn : look.dim;
  c.lineWidth = 8;
  c.setLineDash([36, 26]);
  c.beginPath();
  c.moveTo(0, sod);
  c.lineTo(0, far);
  c.stroke();
  c.setLineDash([]);
}

function bodyFromFeet(c: CanvasRenderingContext2D, look: GantryLook): void {
  c.strokeStyle = look.body;
  c.lineWidth = 14;
  c.fillStyle = 'rgb(120 135 150 / 0.16)';
  c.beginPath();
  c.ellipse(0, 0, 185, 115, 0, 0, Math.PI * 2);
  c.fill();
  c.stroke();
  c.beginPath();
  c.arc(0, 62, 24, 0, Math.PI * 2);
  c.stroke();
  c.fillStyle = look.body;
  c.fillRect(-300, 120, 600, 26);
}

function bodyFromSide(c: CanvasRenderingContext2D, look: GantryLook): void {
  c.strokeStyle = look.body;
  c.lineWidth = 14;
  c.fillStyle = 'rgb(120 135 150 / 0.16)';
  c.beginPath();
  c.moveTo(-430, 90);
  c.bezierCurveTo(-420, -90, -250, -140, -60, -115);
  c.bezierCurveTo(120, -95, 160, -60, 420, -30);
  c.lineTo(760, 20);
  c.lineTo(760, 95);
  c.lineTo(-430, 95);
  c.closePath();
  c.fill();
  c.stroke();
  c.beginPath();
  c.arc(-560, 20, 95, 0, Math.PI * 2);
  c.fill();
  c.stroke();
  c.fillStyle = look.body;
  c.fillRect(-800, 120, 1700, 26);
}

function roundRect(c: CanvasRenderingContext2D, x: number, y: number, w: number, h: number, r: number): void {
  c.beginPath();
  c.roundRect(x, y, w, h, r);
  c.fill();
}
