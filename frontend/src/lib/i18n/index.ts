/** Words of the pages by key, with values put in. Catalogues come with their page (see `catalogues.ts`). */

/** One sentence, or one for each plural form of `n`. */
export type Words = string | ({ other: string } & Partial<Record<Intl.LDMLPluralRule, string>>);
export type Catalogue = Record<string, Words>;
export type Values = Record<string, string | number>;

export const LANGUAGES = ['en'] as const;
export type Language = (typeof LANGUAGES)[number];
/** How dates and numbers are written in each language. */
export const LOCALE: Record<Language, string> = { en: 'en-GB' };

export const language: Language = 'en';
const known = new Map<string, Words>();
const plural = new Intl.PluralRules(LOCALE[language]);
const number = new Intl.NumberFormat(LOCALE[language], { maximumFractionDigits: 2 });

export function addWords(catalogue: Catalogue): void {
  for (const [key, words] of Object.entries(catalogue)) known.set(key, words);
}

/** The words of a key with its values put in; the key itself where no catalogue has it. */
export function t(key: string, values: Values = {}): string {
  const words = known.get(key);
  return words === undefined ? key : fill(words, values, plural, number);
}

export function hasWords(key: string): boolean {
  return known.has(key);
}

export function fill(words: Words, values: Values, rules: Intl.PluralRules, format: Intl.NumberFormat): string {
  const text = typeof words === 'string' ? words : (words[rules.select(Number(values.n ?? 0))] ?? words.other);
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === 'number' ? format.format(value) : value;
  });
}

/** `24 Nov`, with the year where it is another than now. */
export function dayWords(iso: string | null | undefined, now = new Date()): string {
  if (!iso) return '–';
  const day = new Date(iso.length === 10 ? `${iso}T12:00:00` : iso);
  if (Number.isNaN(day.getTime())) return iso;
  const year = day.getFullYear() === now.getFullYear() ? undefined : 'numeric';
  return day.toLocaleDateString(LOCALE[language], { day: 'numeric', month: 'short', year });
}
