import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');

/** Colours of one theme, by token. */
function theme(name: string): Record<string, string> {
  const block = [...css.matchAll(/([^{}]+)\{([^{}]*)\}/g)].filter(([, selector = '']) => selector.includes(`[data-theme="${name}"]`) && !selector.includes('body'));
  return Object.fromEntries(block.flatMap(([, , body = '']) => [...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/gi)].map(([, token = '', hex = '']) => [token, hex])));
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

for (const name of ['desk', 'desk-dark', 'room']) {
  test(`text and edges of the theme ${name} can be told from what they lie on`, () => {
    const of = theme(name);
    const pair = (front: string, back: string, least: number): void => {
      const found = contrast(of[front] ?? '', of[back] ?? '');
      assert.ok(found >= least, `${front} on ${back}: ${found.toFixed(2)} < ${least}`);
    };
    for (const text of ['text', 'text-2', 'text-3']) for (const back of ['ground', 'surface-1', 'surface-2']) pair(text, back, 4.5);
    for (const sign of ['accent', 'ok', 'warn', 'bad']) pair(sign, 'surface-1', 4.5);
    for (const back of ['ground', 'surface-1', 'surface-2']) pair('edge', back, 3);
    pair('on-accent', 'accent', 4.5);
    pair('accent', 'accent-wash', 4.5);
    pair('bad', 'bad-wash', 4.5);
    pair('warn', 'warn-wash', 4.5);
  });
}
