import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { clashes, type Binding } from './clashes.ts';
import { instrumentCommands } from './instruments.ts';
import { STANDARD } from '../instruments/pads.ts';

const own: Binding[] = instrumentCommands.flatMap((one) => one.keys.map((chord) => ({ id: one.id, chord, mode: one.mode })));

/** Everyday keys of all other tables, read as they are written: `keys: ['KeyA', …]` on a line without a mode. */
const everyday: Binding[] = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'instruments.ts')
  .flatMap((name) => readFileSync(join(import.meta.dirname, name), 'utf8').split('\n'))
  .filter((line) => /\bid: '/.test(line) && /\bkeys: \[/.test(line) && !/\bmode: '/.test(line) && !/\.\.\.blade\(/.test(line))
  .flatMap((line) => {
    const id = /\bid: '([^']+)'/.exec(line)?.[1] ?? '';
    const keys = /\bkeys: \[([^\]]*)\]/.exec(line)?.[1] ?? '';
    return [...keys.matchAll(/'([^']+)'/g)].map(([, chord = '']) => ({ id, chord, mode: undefined }));
  });

test('the other tables are read', () => {
  assert.ok(everyday.length > 100, `${everyday.length}`);
  assert.ok(everyday.some((one) => one.chord === 'KeyW'));
});

test('no chord of the hands, the table and the cupboard means two things', () => {
  assert.deepEqual(clashes(own), []);
  assert.deepEqual(clashes([...own, ...everyday]), []);
});

test('keys of the hands leave X-rays, pedals and the C-arm alone', () => {
  const kept = ['Space', 'Enter', 'Semicolon', 'Quote', 'Backslash', 'Escape', 'Period', 'KeyI', 'KeyK', 'KeyJ', 'KeyL', 'KeyU', 'KeyO', 'F8', 'KeyN'];
  const taken = own.filter((one) => one.mode !== 'table' && one.mode !== undefined).map((one) => one.chord);
  assert.deepEqual(kept.filter((chord) => taken.includes(chord)), []);
});

test('every command has an id of its own, words, and a way to let go where it is held', () => {
  assert.equal(new Set(instrumentCommands.map((one) => one.id)).size, instrumentCommands.length);
  for (const one of instrumentCommands) {
    assert.ok(one.label && one.short, one.id);
    assert.equal(one.hold === true, one.release !== undefined, one.id);
  }
});

test('a gamepad runs commands that there are', () => {
  const ids = new Set(instrumentCommands.map((one) => one.id));
  assert.deepEqual(STANDARD.buttons.filter((one) => !ids.has(one.command)), []);
});
