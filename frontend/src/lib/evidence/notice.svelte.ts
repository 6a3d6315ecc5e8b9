/** What was just done, and how to take it back; shown on whichever page comes next. */
class Notice {
  text = $state('');
  private undoing: (() => Promise<void>) | null = null;

  say(text: string, undo: () => Promise<void>): void {
    this.text = text;
    this.undoing = undo;
  }

  async undo(): Promise<void> {
    const undo = this.undoing;
    this.clear();
    await undo?.();
  }

  clear(): void {
    this.text = '';
    this.undoing = null;
  }
}

export const notice = new Notice();
