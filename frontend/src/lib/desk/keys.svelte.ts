import { getSettings, putSettings } from '../api';
import { chordOf, isModifier } from '../commands/keys';
import { DESK_COMMANDS, type DeskCommand } from './commands';
import { foundIn, sharing } from './sequence';

const PATIENCE_MS = 1500;

/** Which keys run what on desk pages: the table's own, with this person's changes, kept beside those of the suite. */
class DeskKeys {
  private changed = $state.raw<Record<string, string[]>>({});
  failed = $state(false);
  readonly list = $derived(DESK_COMMANDS.flatMap((one) => this.keysOf(one).map((keys) => ({ id: one.id, keys }))));
  readonly clashes = $derived(sharing(this.list));
  private pending = '';
  private since = 0;
  private loaded = false;

  keysOf(one: DeskCommand): string[] {
    return this.changed[one.id] ?? one.keys;
  }

  async load(): Promise<void> {
    if (this.loaded) return;
    this.loaded = true;
    const settings = await getSettings().catch(() => null);
    const bindings = settings?.bindings as { keys?: Record<string, string[]> } | undefined;
    this.changed = Object.fromEntries(Object.entries(bindings?.keys ?? {}).filter(([id]) => id.startsWith('desk.')));
  }

  async set(id: string, keys: string[] | null): Promise<void> {
    const { [id]: _, ...rest } = this.changed;
    this.changed = keys === null ? rest : { ...rest, [id]: keys };
    await this.save();
  }

  async reset(): Promise<void> {
    this.changed = {};
    await this.save();
  }

  /** Keys of a field stay in the field; everywhere else one or two keys run their command. */
  readonly down = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || isModifier(event.code) || event.repeat) return;
    const chord = chordOf(event);
    if (isField(event.target) && !chord.startsWith('Ctrl+')) return;
    const now = performance.now();
    const before = now - this.since < PATIENCE_MS ? this.pending : '';
    const possible = new Set(DESK_COMMANDS.filter((one) => one.when?.() !== false).map((one) => one.id));
    const found = foundIn(this.list.filter((one) => possible.has(one.id)), before, chord);
    this.pending = found.pending;
    this.since = now;
    if (!found.id) return;
    event.preventDefault();
    DESK_COMMANDS.find((one) => one.id === found.id)?.run();
  };

  private async save(): Promise<void> {
    try {
      const settings = await getSettings();
      const bindings = (settings.bindings ?? {}) as { keys?: Record<string, string[]> };
      const others = Object.entries(bindings.keys ?? {}).filter(([id]) => !id.startsWith('desk.'));
      await putSettings({ bindings: { ...bindings, keys: { ...Object.fromEntries(others), ...this.changed } } });
      this.failed = false;
    } catch {
      this.failed = true;
    }
  }
}

function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range', 'file'].includes(target.type))
  );
}

export const deskKeys = new DeskKeys();
