/** How far the server is with making ready what moves instruments, once after it was installed. */
export interface Start {
  steps: readonly { name: string; state: string; seconds: number; fraction: number }[];
}

export interface Readying {
  seconds: number;
  /** 0 to 1; null while nothing of it is done. */
  share: number | null;
}

/** Null when there is nothing to wait for: it is ready, or failed and a load says why. */
export function readyingOf(start: Start): Readying | null {
  const step = start.steps.find((one) => one.name === 'hands');
  if (step?.state !== 'running' && step?.state !== 'waiting') return null;
  return { seconds: Math.floor(step.seconds), share: step.fraction > 0 ? step.fraction : null };
}
