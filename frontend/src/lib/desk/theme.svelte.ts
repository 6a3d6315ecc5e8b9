import { getSettings, putSettings } from '../api';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
const KEPT = 'angiosuite.theme';

/** Light or dark desk pages: as the system has it, or as chosen. The suite is always dark. */
class DeskTheme {
  chosen = $state<Theme>(isTheme(localStorage.getItem(KEPT)) ?? 'system');
  private systemDark = $state(matchMedia('(prefers-color-scheme: dark)').matches);
  readonly dark = $derived(this.chosen === 'dark' || (this.chosen === 'system' && this.systemDark));

  constructor() {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', (event) => (this.systemDark = event.matches));
  }

  /** What this installation keeps wins over what this browser remembers. */
  async load(): Promise<void> {
    const settings = await getSettings().catch(() => null);
    const kept = isTheme(settings?.desk_theme);
    if (kept) this.remember(kept);
  }

  async choose(theme: Theme): Promise<void> {
    this.remember(theme);
    await putSettings({ desk_theme: theme });
  }

  private remember(theme: Theme): void {
    this.chosen = theme;
    localStorage.setItem(KEPT, theme);
  }
}

function isTheme(value: unknown): Theme | undefined {
  return THEMES.find((theme) => theme === value);
}

export const deskTheme = new DeskTheme();
