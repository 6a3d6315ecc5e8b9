import { loadWords } from '../../../lib/i18n/catalogues';

/** What the hands need on the page, with its words; fetched when the dock or a sheet first shows it. */
async function fetched() {
  const [stack, hands, table, cupboard, encoders, course] = await Promise.all([
    import('./StackPanel.svelte'),
    import('./HandsPanel.svelte'),
    import('./TablePanel.svelte'),
    import('./CupboardSheet.svelte'),
    import('./EncodersSheet.svelte'),
    import('./CourseStrip.svelte'),
    loadWords(['instruments']),
  ]);
  return {
    StackPanel: stack.default,
    HandsPanel: hands.default,
    TablePanel: table.default,
    CupboardSheet: cupboard.default,
    EncodersSheet: encoders.default,
    CourseStrip: course.default,
  };
}

let coming: ReturnType<typeof fetched> | null = null;

export function parts(): ReturnType<typeof fetched> {
  coming ??= fetched().catch((fault: unknown) => {
    coming = null;
    throw fault;
  });
  return coming;
}
