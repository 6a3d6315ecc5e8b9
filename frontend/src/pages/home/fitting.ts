import type { Stage } from '../../lib/desk/me';

interface Offer {
  id: string;
  title: string;
  country: string | null;
  region: string | null;
  status: string;
}

/** Countries whose training may lead to the European examination besides their own. */
const EUROPE = new Set('AD AL AT BA BE BG BY CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI SK SM TR UA VA XK'.split(' '));
const REGIONS: Record<string, ReadonlySet<string>> = { Europe: EUROPE, 'Australia and New Zealand': new Set(['AU', 'NZ']) };
/** How pathways of those who hold their certificate begin. */
const RENEWAL = /^continuing/i;

/**
 * Pathways that fit a country and a stage, the likeliest first. One that was superseded is offered to nobody who
 * begins; those who are certified see renewal first, the others last.
 */
export function fitting<T extends Offer>(pathways: readonly T[], country: string, stage: Stage | null): T[] {
  const rank = (one: T): number => {
    const away = one.country === country ? 0 : 1;
    return away + (RENEWAL.test(one.title) === (stage === 'certified') ? 0 : 2);
  };
  return pathways
    .filter((one) => one.status === 'current' && (one.country ? one.country === country : (REGIONS[one.region ?? '']?.has(country) ?? false)))
    .sort((a, b) => rank(a) - rank(b));
}

/** The stage that somebody most likely begins to count from: training, and for students what comes before it. */
export function begins<S extends { id: string; training?: boolean }>(stages: readonly S[], stage: Stage | null): S | undefined {
  if (stage === 'school' || stage === 'medical-student') return stages[0];
  return stages.find((one) => one.training !== false) ?? stages[0];
}
