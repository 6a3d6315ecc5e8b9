/** A long list of catheters, folded: of each name one row, which opens to all of its sizes and shapes when chosen. */

interface Named {
  id: string;
  title: string;
}

/** So few rows are shown as they are. */
const FEW = 9;

/** What a name begins with: "Cobra" of "Cobra 2, 5 F, 65 cm". */
export const stemOf = (title: string): string => title.split(/[\s,]/)[0] ?? title;

export interface Row {
  id: string;
  /** Rows that are folded away behind this one. */
  more: number;
  /** Belongs to the row above it. */
  below: boolean;
}

/** The rows to show: all that have the words, else one of each name and all of the chosen one's. */
export function folded(list: readonly Named[], chosen: string | null, query = ''): Row[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length || list.length <= FEW) {
    const found = list.filter((one) => words.every((word) => one.title.toLowerCase().includes(word)));
    return found.map((one) => ({ id: one.id, more: 0, below: false }));
  }
  const groups = new Map<string, Named[]>();
  for (const one of list) groups.set(stemOf(one.title), [...(groups.get(stemOf(one.title)) ?? []), one]);
  return [...groups.values()].flatMap((group) => {
    const open = group.some((one) => one.id === chosen);
    const shown = open ? group : group.slice(0, 1);
    return shown.map((one, i) => ({ id: one.id, more: group.length - shown.length, below: i > 0 }));
  });
}
