import type { Suite } from '../suite/suite.svelte';
import { available, command, type Command } from './commands';
import { chordOf, isModifier } from './keys';

/**
 * Keys to commands, for one suite page.
 *
 * Key repeat never starts anything. Held commands end with their key, with the window's focus, or when the
 * page is hidden. On a focused control Space and Enter press that control; pedals always mean X-rays.
 */
export class Keyboard {
  private readonly held = new Map<string, Command>();

  constructor(private readonly suite: Suite) {
    window.addEventListener('keydown', this.down);
    window.addEventListener('keyup', this.up);
    window.addEventListener('blur', this.letGo);
    document.addEventListener('visibilitychange', this.hidden);
  }

  dispose(): void {
    this.letGo();
    window.removeEventListener('keydown', this.down);
    window.removeEventListener('keyup', this.up);
    window.removeEventListener('blur', this.letGo);
    document.removeEventListener('visibilitychange', this.hidden);
  }

  /** End everything that is held; nothing starts again without a new press. */
  readonly letGo = (): void => {
    for (const one of this.held.values()) one.release?.(this.suite);
    this.held.clear();
    this.suite.held = [];
  };

  private readonly hidden = (): void => {
    if (document.hidden) this.letGo();
  };

  private readonly down = (event: KeyboardEvent): void => {
    const { suite } = this;
    if (suite.capture) {
      if (!isModifier(event.code)) {
        event.preventDefault();
        if (!event.repeat) suite.capture(chordOf(event));
      }
      return;
    }
    // While ⌘ is down, macOS tells nothing of other keys that are let go: better to let go at once.
    if (event.key === 'Meta') this.letGo();
    const chord = chordOf(event);
    if (this.belongsToControl(event, chord)) return;
    const exact = suite.bindings.find(chord, suite.mode, suite.handsHaveKeys);
    const plain = chord.replace('Shift+', '');
    const id = exact ?? suite.bindings.find(plain, suite.mode, suite.handsHaveKeys);
    if (!id) return;
    const one = command(id);
    if (!exact && !one.hold) return;
    // While the keys belong to the review of runs, none of them moves the C-arm, the table, a catheter or a wire.
    if (suite.mode?.startsWith('review') && (one.group === 'gantry' || one.group === 'blood' || one.group === 'instruments')) return;
    event.preventDefault();
    if ((event.repeat && !one.repeat) || this.held.has(event.code) || !available(one, suite)) return;
    if (one.hold) {
      this.held.set(event.code, one);
      suite.held = [...this.held.values()].map((each) => each.id);
    }
    suite.run(one, !exact);
  };

  private readonly up = (event: KeyboardEvent): void => {
    const one = this.held.get(event.code);
    if (!one) return;
    event.preventDefault();
    this.held.delete(event.code);
    this.suite.held = [...this.held.values()].map((each) => each.id);
    if (![...this.held.values()].includes(one)) one.release?.(this.suite);
  };

  private belongsToControl(event: KeyboardEvent, chord: string): boolean {
    const focus = document.activeElement;
    if (isField(focus)) {
      // What is typed stays in the field; chords and function keys still act.
      return !/^(Ctrl\+|Alt\+|F\d+$|Shift\+F\d+$|Escape$)/.test(chord) || /^Ctrl\+Key[ACVXZ]$/.test(chord);
    }
    if (this.suite.bindings.isPedal(chord)) return false;
    const pressing = event.code === 'Space' || event.code === 'Enter' || event.code === 'NumpadEnter';
    if (pressing) return focus instanceof HTMLButtonElement || focus instanceof HTMLAnchorElement;
    const arrows = event.code.startsWith('Arrow') || event.code === 'Home' || event.code === 'End';
    return arrows && !!focus?.matches('[role="radio"], [role="option"], [role="slider"], [role="spinbutton"], [role="tab"], [type="range"]');
  }
}

function isField(element: Element | null): boolean {
  return (
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement ||
    (element instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range'].includes(element.type))
  );
}
