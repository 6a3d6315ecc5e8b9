/** Two commands on one chord in one mode cannot both be meant. */
export interface Binding {
  id: string;
  chord: string;
  mode: string | undefined;
}

/** Chords bound twice, with the commands that share each. Modes may shadow everyday keys: that is their purpose. */
export function clashes(bindings: readonly Binding[]): { chord: string; mode: string; ids: string[] }[] {
  const users = new Map<string, Set<string>>();
  for (const { id, chord, mode } of bindings) {
    const place = `${mode ?? ''}|${chord}`;
    users.set(place, (users.get(place) ?? new Set()).add(id));
  }
  return [...users]
    .filter(([, ids]) => ids.size > 1)
    .map(([place, ids]) => {
      const [mode = '', chord = ''] = place.split('|');
      return { chord, mode, ids: [...ids] };
    });
}
