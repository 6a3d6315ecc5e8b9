import type { Catalogue } from '../index';

/** The page of all that was found. */
export default {
  'search.title': 'Search',
  'search.words': 'Words to find',
  'search.count': { one: '{n} result for “{words}”', other: '{n} results for “{words}”' },
  'search.none': 'Nothing has these words',
  'search.none.text': 'Every word must occur. Try fewer words, or the beginning of one.',
  'search.none.go': 'Look through the guide',
} satisfies Catalogue;
