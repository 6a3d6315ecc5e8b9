import type { Values } from './form';

/** What this browser remembers of the last entries, so that the next one takes few taps. */
const KEPT = 'angiosuite.evidence.recent';
const MOST = 5;
/** Fields whose last value is the likeliest next one. */
const DEFAULTS = ['role', 'rater', 'site', 'setting', 'scheme', 'unit', 'supervision', 'guidance', 'code_system', 'code_year'];

interface Memory {
  /** Last values of a kind. */
  last: Record<string, Values>;
  /** The last different values of a field, newest first. */
  used: Record<string, string[]>;
}

function memory(): Memory {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? '') as Memory;
    if (typeof kept.last === 'object' && typeof kept.used === 'object') return kept;
  } catch {
    // nothing kept yet, or another form of it
  }
  return { last: {}, used: {} };
}

export function remember(kind: string, values: Values): void {
  const kept = memory();
  kept.last[kind] = Object.fromEntries(DEFAULTS.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])));
  for (const name of ['terms', 'rater', 'site', 'scheme']) {
    const value = values[name];
    const fresh = (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string' && one !== '');
    const key = `${kind}.${name}`;
    kept.used[key] = [...new Set([...fresh, ...(kept.used[key] ?? [])])].slice(0, MOST);
  }
  localStorage.setItem(KEPT, JSON.stringify(kept));
}

export function lastValues(kind: string): Values {
  return { ...memory().last[kind] };
}

export function lastUsed(kind: string, field: string): string[] {
  return memory().used[`${kind}.${field}`] ?? [];
}

export function forget(): void {
  localStorage.removeItem(KEPT);
}
