/** What can be done to a replay by key; the debrief page enters who does it while it is open. */
export const REPLAY_ACTIONS = ['play', 'frame-back', 'frame-on', 'fault-back', 'fault-on', 'event-back', 'event-on', 'slower', 'faster', 'beside', 'note', 'from-here'] as const;
export type ReplayAction = (typeof REPLAY_ACTIONS)[number];

export const replayDoer: { now: ((action: ReplayAction) => void) | null } = { now: null };
