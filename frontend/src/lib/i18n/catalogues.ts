import desk from './en/desk';
import way from './en/way';
import { addWords, language, type Catalogue } from './index';

/** Words of the frame, which every desk page needs, come with the first script; those of a page with the page. */
addWords(desk);
addWords(way);

/** One file a page and language, each its own chunk. */
const files = import.meta.glob<{ default: Catalogue }>(['./*/*.ts', '!./en/desk.ts', '!./en/way.ts']);
const loaded = new Map<string, Promise<void>>();

/** Make the words of these pages known; each is fetched once. */
export async function loadWords(pages: readonly string[]): Promise<void> {
  await Promise.all(pages.map((page) => loaded.get(page) ?? fetchWords(page)));
}

function fetchWords(page: string): Promise<void> {
  const file = files[`./${language}/${page}.ts`];
  if (!file) throw new RangeError(`No words of '${page}' in '${language}'.`);
  const coming = file().then(
    (module) => addWords(module.default),
    (fault: unknown) => {
      loaded.delete(page);
      throw fault;
    },
  );
  loaded.set(page, coming);
  return coming;
}
