import { hasWords, t } from '../i18n';
import type { Evidence } from './data';
import { termName } from './terms';

/** Label of a field, in the words of its kind where they differ. */
export function fieldName(kind: string, name: string): string {
  const own = `evidence.field.${kind}.${name}`;
  if (hasWords(own)) return t(own);
  return hasWords(`evidence.field.${name}`) ? t(`evidence.field.${name}`) : name.replace(/_/g, ' ');
}

/** A choice of a field; the bare value where no catalogue has it. */
export function choiceName(field: string, value: string): string {
  const key = `evidence.choice.${field}.${value}`;
  return hasWords(key) ? t(key) : value.replace(/-/g, ' ');
}

/** What a piece is about, for a list. */
export function pieceTitle(piece: Evidence): string {
  const title = piece.data.title;
  if (typeof title === 'string' && title) return title;
  const [primary, ...others] = piece.terms;
  if (!primary) return t(`evidence.kind.${piece.kind}`);
  return others.length ? t('evidence.andmore', { term: termName(primary), n: others.length }) : termName(primary);
}

/** Part taken, amount, result and place, in a line. */
export function pieceFacts(piece: Evidence): string {
  const amount = piece.amount === null ? '' : `${piece.amount} ${piece.unit ? choiceName('unit', piece.unit) : ''}`.trim();
  return [piece.role && choiceName('role', piece.role), piece.result && choiceName('result', piece.result), amount, piece.level, piece.rater, piece.site].filter(Boolean).join(' · ');
}
