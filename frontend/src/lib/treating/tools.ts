/** Which balloons and stents there are: what the cupboard knows of them, and what the room tells. */
import { inside, type Device, type InstrumentsState } from '../instruments/data.ts';
import type { BalloonSize, StentSize } from '../instruments/sizes.ts';
import type { ToldBalloon, ToldStent, TreatingState } from './data.ts';

/** A catheter that treats, on the table or in the patient. */
export interface Treats {
  tool: string;
  title: string;
  /** It lies in the patient. */
  inside: boolean;
  balloon: BalloonSize | null;
  stent: StentSize | null;
  /** None until its balloon is touched. */
  toldBalloon: ToldBalloon | null;
  toldStent: ToldStent | null;
}

/** All that treat, those in the patient first. */
export function treats(state: InstrumentsState | null | undefined, treating: TreatingState | null, devices: ReadonlyMap<string, Device>): Treats[] {
  if (!state) return [];
  const all = [...inside(state).map(({ tool }) => ({ ...tool, inside: true })), ...state.table.map((one) => ({ ...one, inside: false }))];
  return all.flatMap((one) => {
    const sizes = devices.get(one.device)?.sizes;
    const toldBalloon = treating?.balloons?.find((told) => told.tool === one.tool) ?? null;
    const toldStent = treating?.stents?.find((told) => told.tool === one.tool) ?? null;
    const balloon = sizes?.balloon ?? null;
    const stent = sizes?.stent ?? null;
    if (!balloon && !stent && !toldBalloon && !toldStent) return [];
    return [{ tool: one.tool, title: one.title, inside: one.inside, balloon, stent, toldBalloon, toldStent }];
  });
}

/** The one in hand: the one chosen, else one whose balloon is up, else one in the patient, else the newest on the table. */
export function inHand(all: readonly Treats[], chosen: string | null): Treats | null {
  return (
    all.find((one) => one.tool === chosen) ??
    all.find((one) => one.toldBalloon?.up) ??
    all.find((one) => one.inside) ??
    all.at(-1) ??
    null
  );
}

/** Whether what is open of a stent can be drawn back in. */
export function recaptures(stent: ToldStent): boolean {
  return stent.opens === 'self' && !stent.placed && stent.open_share > 0 && stent.open_share <= stent.recaptured_to;
}
