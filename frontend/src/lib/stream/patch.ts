/** Merge a patch into a state tree without touching the old one (unchanged branches keep their identity). */
export function merged<T>(old: T, patch: unknown): T {
  if (!isTree(patch)) return patch as T;
  const base = (isTree(old) ? old : {}) as Record<string, unknown>;
  let out: Record<string, unknown> | null = null;
  for (const [key, value] of Object.entries(patch)) {
    const next = isTree(value) && isTree(base[key]) ? merged(base[key], value) : value;
    if (next === base[key]) continue;
    out ??= { ...base };
    out[key] = next;
  }
  return (out ?? base) as T;
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
