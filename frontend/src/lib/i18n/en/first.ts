import type { Catalogue } from '../index';

/** What the first run asks; the settings show the answers. */
export default {
  'first.title': 'Three questions, then the page is yours',
  'first.why': 'They decide which pathways, rules and words you see. You can change the answers in the settings.',
  'first.country': 'Country you train or work in',
  'first.choose': 'Choose',
  'first.stage': 'Where you are',
  'first.language': 'Language',
  'first.language.en': 'English',
  'first.language.only': 'There is no other yet.',
  'first.go': 'Go on',
  'first.later': 'Everything else works without an answer.',

  'stage.school': 'At school, or thinking about medicine',
  'stage.medical-student': 'Medical student',
  'stage.first-years': 'First years as a doctor',
  'stage.radiology-training': 'Training in diagnostic radiology',
  'stage.ir-training': 'Training in interventional radiology',
  'stage.certified': 'Certified',
  'stage.other': 'Something else',
} satisfies Catalogue;
