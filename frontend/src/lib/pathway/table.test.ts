import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Standing } from './data.ts';
import { field, tableOf } from './table.ts';

const STANDING: Standing = {
  requirement: 'p', title: 'Procedures, in all', kind: 'count', basis: 'read', source: null, state: 'at-risk', value: 212, target: 500, unit: 'procedure', due: '2029-06-30',
  used: [], not_counted: [], met_on: null, expected_on: null, per_month: null, progress: 0.4, arithmetic: 'said "so"',
};

test('a comma or a quote is quoted, and an empty value is empty', () => {
  assert.equal(field('a,b'), '"a,b"');
  assert.equal(field('say "x"'), '"say ""x"""');
  assert.equal(field(null), '');
  assert.equal(field(-3), '-3');
});

test('a text that a spreadsheet would run is kept as text', () => {
  assert.equal(field('=1+1'), "'=1+1");
  assert.equal(field('@x'), "'@x");
});

test('the table has a head and a line for each requirement', () => {
  const lines = tableOf([STANDING, STANDING]).trimEnd().split('\r\n');
  assert.equal(lines.length, 3);
  assert.ok(lines[1]?.startsWith('p,"Procedures, in all",count,at-risk,212,500,procedure,2029-06-30,,,read,'));
});
