import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fill, type Catalogue } from './index.ts';

const SOURCE = join(import.meta.dirname, '../..');
const WORDS = join(import.meta.dirname, 'en');

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

const code = files(SOURCE)
  .filter((path) => /\.(svelte|ts)$/.test(path) && !path.endsWith('.test.ts') && !path.startsWith(WORDS))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

const catalogues = new Map<string, Catalogue>();
for (const path of readdirSync(WORDS)) {
  const module = (await import(join(WORDS, path))) as { default: Catalogue };
  catalogues.set(path.replace(/\.ts$/, ''), module.default);
}
const keys = [...catalogues.values()].flatMap((one) => Object.keys(one));

/** `way.kind.${one}` may be any key that begins and ends so. */
function pattern(template: string): RegExp {
  const fixed = template.split(/\$\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${fixed.join('.+')}$`);
}

const literal = new Map<string, string>();
/** Keys that are put together before `t` gets them. */
const composed: RegExp[] = [];
const templates: { path: string; pattern: RegExp; text: string }[] = [];
for (const { path, text } of code) {
  for (const [, key = ''] of text.matchAll(/\bt\(\s*'([^']+)'/g)) literal.set(key, path);
  for (const [, key = ''] of text.matchAll(/`([a-z]+\.[^`\s]*\$\{[^`\s]*)`/g)) composed.push(pattern(key));
  for (const [, key = ''] of text.matchAll(/\bt\(\s*`([^`]+)`/g)) templates.push({ path, pattern: pattern(key), text: key });
}

test('every key that a page uses has words', () => {
  const known = new Set(keys);
  const missing = [...literal].filter(([key]) => !known.has(key)).map(([key, path]) => `${key} (${path})`);
  assert.deepEqual(missing, []);
  const dry = templates.filter((one) => !keys.some((key) => one.pattern.test(key))).map((one) => `${one.text} (${one.path})`);
  assert.deepEqual(dry, []);
});

test('no key is kept that nobody uses', () => {
  const whole = code.map((one) => one.text).join('\n');
  const used = (key: string): boolean => literal.has(key) || composed.some((one) => one.test(key)) || whole.includes(`'${key}'`);
  assert.deepEqual(keys.filter((key) => !used(key)), []);
});

test('a key stands in one catalogue only, and its sentence ends without a stray brace', () => {
  assert.equal(new Set(keys).size, keys.length);
  for (const catalogue of catalogues.values()) {
    for (const [key, words] of Object.entries(catalogue)) {
      for (const text of typeof words === 'string' ? [words] : Object.values(words)) {
        assert.doesNotMatch(text.replace(/\{\w+\}/g, ''), /[{}]/, key);
        assert.doesNotMatch(text, /[!]/, key);
      }
    }
  }
});

test('a sentence takes the form of its number in the language', () => {
  const words = { one: '{n} entry waits', other: '{n} entries wait' };
  const rules = new Intl.PluralRules('en-GB');
  const format = new Intl.NumberFormat('en-GB');
  assert.equal(fill(words, { n: 1 }, rules, format), '1 entry waits');
  assert.equal(fill(words, { n: 1200 }, rules, format), '1,200 entries wait');
  assert.equal(fill('{who} at {place}', { who: 'A' }, rules, format), 'A at {place}');
});
