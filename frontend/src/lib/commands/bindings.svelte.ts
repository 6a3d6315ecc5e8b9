import { COMMANDS, PEDALS, type Command, type Mode, type Pedal } from './commands';
import { clashes, type Binding } from './clashes';
import { getSettings, putSettings } from '../api';

export interface SavedBindings {
  keys?: Record<string, string[]>;
  pedals?: Partial<Record<Pedal, string[]>>;
}

/** Which keys and pedals run what: the table's defaults with this person's changes on top. */
export class Bindings {
  private changed = $state<Record<string, string[]>>({});
  private pedals = $state<Partial<Record<Pedal, string[]>>>({});
  saved = $state<'saved' | 'saving' | 'failed'>('saved');

  readonly list = $derived.by<Binding[]>(() =>
    COMMANDS.flatMap((one) => [
      ...this.keysOf(one).map((chord) => ({ id: one.id, chord, mode: one.mode })),
      ...(one.pedal ? this.pedalKeys(one.pedal).map((chord) => ({ id: one.id, chord, mode: one.mode })) : []),
    ]),
  );
  readonly clashes = $derived(clashes(this.list));
  private readonly table = $derived(new Map(this.list.map((b) => [`${b.mode ?? ''}|${b.chord}`, b.id])));

  keysOf(one: Command): string[] {
    return this.changed[one.id] ?? one.keys;
  }

  pedalKeys(pedal: Pedal): string[] {
    return this.pedals[pedal] ?? PEDALS[pedal].keys;
  }

  /** First chord to print beside a command; a pedal's key when it has no other. */
  hint(one: Command): string | undefined {
    return this.keysOf(one)[0] ?? (one.pedal && this.pedalKeys(one.pedal)[0]);
  }

  /** Is this chord a pedal? Pedals work whatever has the focus. */
  isPedal(chord: string): boolean {
    return (Object.keys(PEDALS) as Pedal[]).some((pedal) => this.pedalKeys(pedal).includes(chord));
  }

  /** Id of the command that a chord runs in a mode; keys of the hands lie between those of a mode and everyday ones. */
  find(chord: string, mode: Mode | null, hands = false): string | undefined {
    const within = mode === 'review-shift' ? this.table.get(`review|${chord}`) : undefined;
    const held = hands ? this.table.get(`hands|${chord}`) : undefined;
    return (mode && this.table.get(`${mode}|${chord}`)) ?? within ?? held ?? this.table.get(`|${chord}`);
  }

  setKeys(id: string, keys: string[]): void {
    const before = COMMANDS.find((one) => one.id === id)?.keys ?? [];
    const next = { ...this.changed };
    if (same(keys, before)) delete next[id];
    else next[id] = keys;
    this.changed = next;
    void this.save();
  }

  setPedal(pedal: Pedal, keys: string[]): void {
    this.pedals = { ...this.pedals, [pedal]: keys };
    void this.save();
  }

  reset(): void {
    this.changed = {};
    this.pedals = {};
    void this.save();
  }

  async load(): Promise<void> {
    const settings = await getSettings();
    const bindings = (settings.bindings ?? {}) as SavedBindings;
    this.changed = bindings.keys ?? {};
    this.pedals = bindings.pedals ?? {};
  }

  private async save(): Promise<void> {
    this.saved = 'saving';
    try {
      const bindings: SavedBindings = { keys: $state.snapshot(this.changed), pedals: $state.snapshot(this.pedals) };
      await putSettings({ bindings });
      this.saved = 'saved';
    } catch {
      this.saved = 'failed';
    }
  }
}

function same(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((chord, i) => chord === b[i]);
}
