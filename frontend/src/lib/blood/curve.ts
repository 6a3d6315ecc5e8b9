/** What is read off a time-density curve. */

export interface CurveFacts {
  peak: number;
  /** Seconds of the highest value, refined between pictures by the parabola through its neighbours. */
  peakS: number;
  /** Seconds at which a tenth of the peak was reached first, on the way to it. */
  arrivalS: number;
  /** Width at half of the peak, seconds; null when the curve ends before it falls so low. */
  widthS: number | null;
  /** Area under the curve, in units of the curve times seconds. */
  area: number;
}

const ARRIVAL = 0.1;
/** Below this nothing came, in units of the logarithm. */
const NOTHING = 0.01;

/** Facts of a curve; null where no contrast came. */
export function curveFacts(times: readonly number[], values: readonly number[]): CurveFacts | null {
  const top = values.reduce((best, value, i) => (value > (values[best] ?? -Infinity) ? i : best), 0);
  const peak = values[top] ?? 0;
  if (values.length < 3 || peak < NOTHING) return null;
  const [half, tenth] = [peak / 2, peak * ARRIVAL];
  const rise = (level: number): number => {
    let i = top;
    while (i > 0 && (values[i - 1] as number) > level) i--;
    return i === 0 ? (times[0] as number) : crossing(times, values, i - 1, level);
  };
  let end = top;
  while (end < values.length - 1 && (values[end + 1] as number) > half) end++;
  const falls = end < values.length - 1;
  let area = 0;
  for (let i = 1; i < values.length; i++) area += 0.5 * ((values[i] as number) + (values[i - 1] as number)) * ((times[i] as number) - (times[i - 1] as number));
  return { peak, peakS: peakTime(times, values, top), arrivalS: rise(tenth), widthS: falls ? crossing(times, values, end, half) - rise(half) : null, area };
}

/** Where the line between a sample and the next has a level. */
function crossing(times: readonly number[], values: readonly number[], i: number, level: number): number {
  const [a, b] = [values[i] as number, values[i + 1] as number];
  const share = a === b ? 0 : (level - a) / (b - a);
  return (times[i] as number) + share * ((times[i + 1] as number) - (times[i] as number));
}

/** Time of the top of the parabola through a sample and its two neighbours. */
export function peakTime(times: readonly number[], values: readonly number[], at: number): number {
  const [t0, t1, t2] = [times[at - 1], times[at], times[at + 1]];
  const [a, b, c] = [values[at - 1], values[at], values[at + 1]];
  if (t1 === undefined) return 0;
  if (t0 === undefined || t2 === undefined || a === undefined || b === undefined || c === undefined) return t1;
  const [left, right] = [(b - a) / (t1 - t0), (c - b) / (t2 - t1)];
  const bend = right - left;
  if (bend >= -1e-12) return t1;
  const slope = (left * (t2 - t1) + right * (t1 - t0)) / (t2 - t0);
  const t = t1 - (slope * (t2 - t0)) / 2 / bend;
  return Math.min(t2, Math.max(t0, t));
}
