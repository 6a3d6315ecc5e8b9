import { tick } from 'svelte';

/** What lies over a desk page: nothing, the search with its commands, or the keys. */
class Desk {
  sheet = $state<'palette' | 'help' | null>(null);
  /** Whether a desk page was shown before: from then on its title takes the focus. */
  visited = false;
  private before: HTMLElement | null = null;

  open(sheet: 'palette' | 'help'): void {
    if (!this.sheet) this.before = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    this.sheet = sheet;
  }

  close(): void {
    const { before } = this;
    this.sheet = null;
    this.before = null;
    // The sheet is modal: nothing else takes the focus until it is gone.
    void tick().then(() => {
      if (before?.isConnected && document.activeElement === document.body) before.focus();
    });
  }
}

export const desk = new Desk();
