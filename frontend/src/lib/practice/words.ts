import { t } from '../i18n';
import { figure } from './course';
import type { Value } from './data';

/** Measures that answer a question with yes (1) or no (0). */
export const YES_NO: readonly string[] = ['in-field', 'answer-right', 'decision-taken'];

export function isYesNo(measure: string, value: Value | undefined): boolean {
  return typeof value === 'boolean' || (YES_NO.includes(measure) && (value === 0 || value === 1));
}

/** What a measure read with its unit: a figure, a word, yes or no. */
export function reading(measure: string, value: Value | undefined, unit: string): string {
  if (isYesNo(measure, value)) return t(value ? 'debrief.yes' : 'debrief.no');
  return unit ? `${figure(value)} ${unit}` : figure(value);
}
