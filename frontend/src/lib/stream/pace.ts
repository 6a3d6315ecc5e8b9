/** How simulated time keeps up with the clock on the wall, in the words of the top bar. */
export interface Pace {
  words: string;
  /** Simulated time falls behind: commands and pictures wait. */
  behind: boolean;
}

/** Below this share of real time the room is said to be slow. */
const SLOW = 0.95;
/** A running room is heard of several times a second; after this silence, milliseconds, it works on something long. */
export const SILENT_MS = 2500;

export function paceOf(room: { ready: boolean; paused: boolean; silent: boolean; speed: number }): Pace {
  if (!room.ready) return { words: 'not running', behind: false };
  if (room.paused) return { words: 'paused', behind: false };
  if (room.silent || room.speed <= 0) return { words: 'behind real time', behind: true };
  if (room.speed < SLOW) return { words: `${room.speed.toFixed(1)}× real time`, behind: true };
  return { words: 'real time', behind: false };
}
