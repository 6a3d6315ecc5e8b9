import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { clashes, type Binding } from './clashes.ts';

/** The table as it is written: commands stand one a line. */
function read(name: string): { id: string; keys: string[]; mode: string | undefined; line: string }[] {
  return readFileSync(join(import.meta.dirname, name), 'utf8')
    .split('\n')
    .filter((line) => /\{ id: '/.test(line) && /\bkeys: \[/.test(line))
    .map((line) => ({
      id: /\bid: '([^']+)'/.exec(line)?.[1] ?? '',
      keys: [...(/\bkeys: \[([^\]]*)\]/.exec(line)?.[1] ?? '').matchAll(/'([^']+)'/g)].map(([, chord = '']) => chord),
      mode: /\bmode: '([^']+)'/.exec(line)?.[1],
      line,
    }));
}

const own = read('treating.ts');
const bound = own.flatMap((one): Binding[] => one.keys.map((chord) => ({ id: one.id, chord, mode: one.mode })));

test('no key of treatment means two things', () => {
  assert.ok(own.length >= 10);
  assert.deepEqual(clashes(bound), []);
  const everyday = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'treating.ts')
    .flatMap(read)
    .filter((one) => one.mode === undefined && !one.line.includes('...blade('))
    .flatMap((one) => one.keys.map((chord) => ({ id: one.id, chord, mode: undefined })));
  assert.ok(everyday.length > 90);
  assert.deepEqual(clashes([...bound, ...everyday]), []);
});

test('every page of treatment is opened by a command of its own, which is everyday', () => {
  for (const page of ['treating', 'syringe', 'coil', 'filter', 'retrieve', 'closing']) {
    const one = own.find((each) => each.id === `mode.${page}`);
    assert.equal(one?.mode, undefined, page);
    assert.equal(one?.keys.length, 1, page);
  }
});

test('keys of treatment leave X-rays, pedals and the hands on the wire alone', () => {
  const kept = ['Space', 'Enter', 'Semicolon', 'Quote', 'Backslash', 'Escape', 'Period', 'Backquote', 'KeyW', 'KeyS', 'KeyA', 'KeyD', 'KeyQ', 'KeyX', 'Digit1', 'Digit2'];
  assert.deepEqual(kept.filter((chord) => bound.some((one) => one.chord === chord && one.mode !== undefined)), []);
});

test('whatever is held is let go again', () => {
  for (const one of own) if (/, while held|held: goes on|while held:/.test(one.line)) assert.match(one.line, /\.\.\.held\(/, one.id);
});
