import { hasWords, t } from '../i18n';
import type { Form } from './data';

/** Procedures that are logged most; those that pathways ask for come from the server, and any other can be typed. */
const USUAL: readonly string[] = [
  'arterial-access', 'central-venous-access', 'picc-placement', 'port-placement', 'tunnelled-dialysis-catheter', 'biopsy', 'liver-biopsy',
  'lung-biopsy', 'drainage', 'abscess-drainage', 'biliary-drainage', 'nephrostomy', 'gastrostomy', 'diagnostic-arteriography',
  'iliac-angioplasty-and-stenting', 'femoropopliteal-angioplasty-and-stenting', 'fistulography', 'dialysis-access-angioplasty',
  'dialysis-access-thrombectomy', 'ivc-filter-placement', 'ivc-filter-retrieval', 'hepatic-chemoembolisation', 'hepatic-radioembolisation',
  'uterine-artery-embolisation', 'prostate-artery-embolisation', 'varicocele-embolisation', 'gastrointestinal-bleed-embolisation',
  'pelvic-trauma-embolisation', 'splenic-embolisation', 'arterial-embolisation', 'tumour-ablation', 'tips', 'thrombolysis', 'venous-thrombectomy',
  'stent-graft', 'carotid-stenting', 'stroke-thrombectomy', 'pain-therapy',
];

/** Terms to offer for a kind: the usual ones, then what pathways ask for. */
export function offered(form: Form): string[] {
  return [...new Set([...(form.kind === 'real-case' ? USUAL : []), ...form.terms])];
}

/** Words of terms that are written in capitals; the same as in `angiosuite.kit.terms`. */
const ABBREVIATIONS = new Set([
  'abr', 'acls', 'acr', 'ccc', 'cme', 'cpd', 'ct', 'dsa', 'ebir', 'epa', 'frcr', 'icu', 'ir', 'ivc', 'mr', 'mri', 'picc', 'tips', 'usmle',
]);

export function termName(id: string): string {
  const key = `term.${id}`;
  if (hasWords(key)) return t(key);
  const words = id.split('-').map((word) => (ABBREVIATIONS.has(word) ? word.toUpperCase() : word)).join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
