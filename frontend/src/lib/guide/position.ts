/** Where somebody is in a text: which heading was passed last, how far down, and whether it is worth offering. */

export interface Mark {
  id: string;
  /** Distance of the heading from the upper edge of what is seen, px; negative above it. */
  top: number;
}

/** The last heading at or above the reading line; the first one when none was reached; '' without headings. */
export function headingAt(marks: readonly Mark[], line = 96): string {
  let found = marks[0]?.id ?? '';
  for (const mark of marks) if (mark.top <= line) found = mark.id;
  return found;
}

/** Share of a text that was scrolled past, 0 to 1: 1 when its end is in view. */
export function fractionRead(top: number, height: number, seen: number): number {
  if (height <= seen) return top <= 0 ? 1 : 0;
  return Math.min(1, Math.max(0, -top / (height - seen)));
}

/** Whether going on is worth an offer: neither at the beginning nor at the end. */
export function worthOffering(position: { anchor: string; fraction: number } | null, headings: readonly { id: string }[]): boolean {
  if (!position || position.fraction < 0.05 || position.fraction > 0.95) return false;
  return headings.findIndex((heading) => heading.id === position.anchor) > 0;
}
