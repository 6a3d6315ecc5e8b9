/** Cases of a procedure: which one is meant, how many passed, what each is called. */
import type { Practice } from './drills';
import type { CaseLine, ProcedureLine } from './procedures';

/** What each id of the practice is. */
export function kindsOf(practice: Pick<Practice, 'drills' | 'procedures'>): Map<string, 'drill' | 'procedure'> {
  return new Map([...practice.drills.map((one) => [one.id, 'drill'] as const), ...practice.procedures.map((one) => [one.id, 'procedure'] as const)]);
}

/** The case that an address names, or else the one to do now. */
export function chosenCase(procedure: Pick<ProcedureLine, 'id' | 'next' | 'cases'>, variant: string | undefined, level: string | undefined): CaseLine | undefined {
  const asked = `${procedure.id}.${variant}.${level}`;
  return procedure.cases.find((one) => one.id === asked) ?? procedure.cases.find((one) => one.id === procedure.next) ?? procedure.cases[0];
}

/** How many persons passed at any level, of all cases. */
export function passedOf(procedure: Pick<ProcedureLine, 'cases'>): { n: number; all: number } {
  return { n: procedure.cases.filter((one) => one.passed).length, all: procedure.cases.length };
}

/** Every case by its id in words: person, then level. */
export function casesNamed(procedure: Pick<ProcedureLine, 'id' | 'variants' | 'levels'>): { id: string; words: string }[] {
  return procedure.variants.flatMap((person) => procedure.levels.map((level) => ({ id: `${procedure.id}.${person.id}.${level.id}`, words: `${person.title}, ${level.title.toLowerCase()}` })));
}
