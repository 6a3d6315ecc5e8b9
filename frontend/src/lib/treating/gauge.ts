/** Arithmetic of an inflator's gauge and of the hand on its screw. */
import { fixedNumber } from '../instruments/sizes.ts';

/** Of the scale, to both sides of the top. */
const HALF_DEG = 135;

/** Where on the dial a pressure stands, degrees from its top, clockwise; beyond the scale at its end. */
export function angleDeg(atm: number, most_atm: number): number {
  const share = Math.min(1, Math.max(0, atm / most_atm));
  return HALF_DEG * (2 * share - 1);
}

/** A place on the dial's circle: centre 0, y down. */
export function onDial(angle_deg: number, radius: number): [number, number] {
  const rad = (angle_deg * Math.PI) / 180;
  return [round(radius * Math.sin(rad)), round(-radius * Math.cos(rad))];
}

/** The arc of the dial between two pressures, as an SVG path. */
export function arc(from_atm: number, to_atm: number, most_atm: number, radius: number): string {
  const [a, b] = [angleDeg(from_atm, most_atm), angleDeg(to_atm, most_atm)];
  if (b <= a) return '';
  const [x0, y0] = onDial(a, radius);
  const [x1, y1] = onDial(b, radius);
  return `M${x0} ${y0}A${radius} ${radius} 0 ${b - a > 180 ? 1 : 0} 1 ${x1} ${y1}`;
}

/** Figures on the dial: every fifth atmosphere, every tenth of a wide scale. */
export function figures(most_atm: number): number[] {
  const step = most_atm > 20 ? 10 : 5;
  return Array.from({ length: Math.floor(most_atm / step) + 1 }, (_, n) => n * step);
}

/** What the screw is turned to next: whole atmospheres, within what the inflator holds. */
export function turned(goal_atm: number, by_atm: number, most_atm: number): number {
  const whole = by_atm > 0 ? Math.floor(goal_atm + 1e-6) : Math.ceil(goal_atm - 1e-6);
  return Math.min(Math.floor(most_atm), Math.max(0, whole + by_atm));
}

/** `0:05`, `2:10`. */
export function minutesWords(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** `8.0 mm at 8 atm`: how wide it would be with nothing around it. */
export function widthWords(width_mm: number, atm: number): string {
  return `${width_mm.toFixed(1)} mm at ${fixedNumber(atm)} atm`;
}

const round = (n: number): number => Number(n.toFixed(2));
