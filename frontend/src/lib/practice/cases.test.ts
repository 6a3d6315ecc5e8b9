import assert from 'node:assert/strict';
import { test } from 'node:test';
import { casesNamed, chosenCase, kindsOf, passedOf } from './cases.ts';
import type { CaseLine } from './procedures.ts';

const line = (variant: string, level: string, passed = false): CaseLine => ({ id: `p.${variant}.${level}`, variant, level, state: passed ? 'passed' : 'open', attempts: 0, passed, best: null, going: null });
const procedure = { id: 'p', next: 'p.b.easy', cases: [line('a', 'easy', true), line('a', 'hard'), line('b', 'easy'), line('b', 'hard')] };

test('an address names its case, and what it does not name is the case to do now', () => {
  assert.equal(chosenCase(procedure, 'a', 'hard')?.id, 'p.a.hard');
  assert.equal(chosenCase(procedure, undefined, undefined)?.id, 'p.b.easy');
  assert.equal(chosenCase(procedure, 'a', 'gone')?.id, 'p.b.easy');
  assert.equal(chosenCase({ ...procedure, next: 'gone' }, undefined, undefined)?.id, 'p.a.easy');
});

test('passed cases are counted of all', () => {
  assert.deepEqual(passedOf(procedure), { n: 1, all: 4 });
});

test('an id is a drill, a procedure, or unknown', () => {
  const kinds = kindsOf({ drills: [{ id: 'd' }], procedures: [{ id: 'p' }] } as never);
  assert.deepEqual([kinds.get('d'), kinds.get('p'), kinds.get('x')], ['drill', 'procedure', undefined]);
});

test('a case is called by its person and its level', () => {
  const named = casesNamed({ id: 'p', variants: [{ id: 'a', title: 'On the left' }], levels: [{ id: 'easy', title: 'With the way shown' }] } as never);
  assert.deepEqual(named, [{ id: 'p.a.easy', words: 'On the left, with the way shown' }]);
});
