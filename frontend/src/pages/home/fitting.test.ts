import assert from 'node:assert/strict';
import { test } from 'node:test';
import { begins, fitting } from './fitting.ts';

const ALL = [
  { id: 'us-old', title: 'Fellowship (United States, until 2020)', country: 'US', region: 'North America', status: 'superseded' },
  { id: 'us-renew', title: 'Continuing certification (United States)', country: 'US', region: 'North America', status: 'current' },
  { id: 'us-ir', title: 'Integrated IR residency (United States)', country: 'US', region: 'North America', status: 'current' },
  { id: 'eu', title: 'European curriculum', country: null, region: 'Europe', status: 'current' },
  { id: 'de', title: 'Facharzt (Germany)', country: 'DE', region: 'Europe', status: 'current' },
  { id: 'anz', title: 'Fellowship', country: null, region: 'Australia and New Zealand', status: 'current' },
];
const ids = (country: string, stage: Parameters<typeof fitting>[2]): string[] => fitting(ALL, country, stage).map((one) => one.id);

test('a superseded pathway is offered to nobody', () => {
  for (const stage of ['school', 'ir-training', 'certified', null] as const) assert.ok(!ids('US', stage).includes('us-old'));
});

test('renewal comes first for those who are certified, and last for those who train', () => {
  assert.deepEqual(ids('US', 'certified'), ['us-renew', 'us-ir']);
  assert.deepEqual(ids('US', 'radiology-training'), ['us-ir', 'us-renew']);
});

test('a country without a pathway of its own is offered that of its region, and never that of another country', () => {
  assert.deepEqual(ids('DE', 'ir-training'), ['de', 'eu']);
  assert.deepEqual(ids('IT', 'ir-training'), ['eu']);
  assert.deepEqual(ids('NZ', 'ir-training'), ['anz']);
  assert.deepEqual(ids('BR', 'ir-training'), []);
});

test('students count from the first stage, everybody else from training, and practice is counted where there is no training', () => {
  const stages = [{ id: 'school', training: false }, { id: 'residency', training: true }, { id: 'practice', training: false }];
  assert.equal(begins(stages, 'medical-student')?.id, 'school');
  assert.equal(begins(stages, 'ir-training')?.id, 'residency');
  assert.equal(begins(stages.slice(2), 'certified')?.id, 'practice');
});
