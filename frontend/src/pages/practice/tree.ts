/** Where each drill stands in the tree of prerequisites: a column by its depth, a row of its own. */

export interface Grown {
  id: string;
  order: number;
  after: readonly string[];
}

export interface Placed<T extends Grown> {
  drill: T;
  /** Prerequisites before it, the longest way. */
  column: number;
  row: number;
}

export interface Edge {
  from: string;
  to: string;
}

export interface Tree<T extends Grown> {
  /** In reading order: each drill after the one it hangs on, siblings by their order. */
  placed: Placed<T>[];
  edges: Edge[];
  columns: number;
  rows: number;
}

/** A drill hangs on its deepest prerequisite; the others are drawn as further lines. A circle of prerequisites is cut. */
export function treeOf<T extends Grown>(drills: readonly T[]): Tree<T> {
  const known = new Map(drills.map((one) => [one.id, one]));
  const depths = new Map<string, number>();
  const depth = (one: T, path: readonly string[] = []): number => {
    const found = depths.get(one.id);
    if (found !== undefined) return found;
    if (path.includes(one.id)) return 0;
    const before = parents(one).map((each) => depth(each, [...path, one.id]) + 1);
    const deep = Math.max(0, ...before);
    depths.set(one.id, deep);
    return deep;
  };
  const parents = (one: T): T[] => one.after.map((id) => known.get(id)).filter((each): each is T => each !== undefined && each.id !== one.id);
  const sorted = [...drills].sort((a, b) => a.order - b.order || a.id.localeCompare(b.id));
  const children = new Map<string, T[]>();
  const roots: T[] = [];
  for (const one of sorted) {
    const trunk = parents(one).sort((a, b) => depth(b) - depth(a))[0];
    if (trunk && depth(one) > depth(trunk)) children.set(trunk.id, [...(children.get(trunk.id) ?? []), one]);
    else roots.push(one);
  }
  const placed: Placed<T>[] = [];
  let rows = 0;
  const grow = (one: T): number => {
    const place = { drill: one, column: depth(one), row: 0 };
    placed.push(place);
    const below = (children.get(one.id) ?? []).map(grow);
    const [first, last] = [below[0], below.at(-1)];
    place.row = first === undefined || last === undefined ? rows++ : Math.floor((first + last) / 2);
    return place.row;
  };
  roots.forEach(grow);
  const edges = sorted.flatMap((one) => parents(one).map((each) => ({ from: each.id, to: one.id })));
  return { placed, edges, columns: Math.max(0, ...placed.map((one) => one.column + 1)), rows };
}
