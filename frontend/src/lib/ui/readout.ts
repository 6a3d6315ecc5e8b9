import type { Attachment } from 'svelte/attachments';
import type { Room } from '../stream/room.svelte';
import type { Speed } from '../stream/ticker';
import type { RoomState } from '../stream/types';

/** Writes a number straight into the page when it changes, with the frame or twice a second; no re-rendering. */
export function readout(room: Room, text: (live: RoomState) => string, speed: Speed = 'slow'): Attachment<HTMLElement> {
  return (node) => {
    let shown = '';
    const write = () => {
      const next = text(room.live);
      if (next === shown) return;
      shown = next;
      node.textContent = next;
    };
    write();
    return room.ticker.add(write, speed);
  };
}

/** Fixed decimals; a dash while the value is not known. */
export function fixed(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

/** `LAO 20°` or `RAO 20°`; `AP 0°` at zero. */
export function rotationWords(deg: number | undefined): string {
  if (deg === undefined) return '–';
  const whole = Math.round(deg);
  return whole === 0 ? 'LAO 0°' : `${whole > 0 ? 'LAO' : 'RAO'} ${Math.abs(whole)}°`;
}

export function angulationWords(deg: number | undefined): string {
  if (deg === undefined) return '–';
  const whole = Math.round(deg);
  return whole === 0 ? 'CRA 0°' : `${whole > 0 ? 'CRA' : 'CAU'} ${Math.abs(whole)}°`;
}

/** `1:02:03` or `02:03` of simulated microseconds. */
export function clockWords(us: number | undefined): string {
  const s = Math.floor((us ?? 0) / 1e6);
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(s / 3600);
  return `${hours ? `${hours}:` : ''}${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}
