import type { Pathway, Standing } from './data';

/** One field of a CSV line: quoted where it must be, and never read as a formula by a spreadsheet. */
export function field(value: string | number | null | undefined): string {
  const text = value === null || value === undefined ? '' : String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The requirements as CSV, one a line. */
export function tableOf(requirements: readonly Standing[]): string {
  const head = ['id', 'title', 'kind', 'state', 'value', 'target', 'unit', 'due', 'met_on', 'expected_on', 'basis', 'arithmetic'];
  const lines = requirements.map((one) =>
    [one.requirement, one.title, one.kind, one.state, one.value, one.target, one.unit, one.due, one.met_on, one.expected_on, one.basis, one.arithmetic].map(field).join(','),
  );
  return [head.join(','), ...lines].join('\r\n') + '\r\n';
}

/** Hands the table to the browser as a file. */
export function saveTable(pathway: Pick<Pathway, 'id'>, standing: { requirements: readonly Standing[]; timeline: { today: string } }): void {
  const url = URL.createObjectURL(new Blob([tableOf(standing.requirements)], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${pathway.id}-${standing.timeline.today}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
