import { hasWords, t } from '../i18n';

/** Terms that are offered for each kind; any other can be typed. Names are the ids, where no catalogue has a better one. */
export const OFFERED: Record<string, readonly string[]> = {
  'real-case': [
    'arterial-access', 'central-venous-access', 'picc-placement', 'port-placement', 'tunnelled-dialysis-catheter', 'biopsy', 'liver-biopsy',
    'lung-biopsy', 'drainage', 'abscess-drainage', 'biliary-drainage', 'nephrostomy', 'gastrostomy', 'diagnostic-arteriography',
    'iliac-angioplasty-and-stenting', 'femoropopliteal-angioplasty-and-stenting', 'fistulography', 'dialysis-access-angioplasty',
    'dialysis-access-thrombectomy', 'ivc-filter-placement', 'ivc-filter-retrieval', 'hepatic-chemoembolisation', 'hepatic-radioembolisation',
    'uterine-artery-embolisation', 'prostate-artery-embolisation', 'varicocele-embolisation', 'gastrointestinal-bleed-embolisation',
    'pelvic-trauma-embolisation', 'splenic-embolisation', 'arterial-embolisation', 'tumour-ablation', 'tips', 'thrombolysis', 'venous-thrombectomy',
    'stent-graft', 'carotid-stenting', 'stroke-thrombectomy', 'pain-therapy',
  ],
  observation: ['rad-dops', 'mini-ipx', 'multi-source-feedback', 'key-conditions-assessment'],
  exam: ['usmle-step-1', 'usmle-step-2-ck', 'usmle-step-3', 'abr-core', 'irdr-computer', 'irdr-oral', 'ebir', 'frcr1-anatomy', 'frcr1-physics', 'frcr2a', 'frcr2b', 'rc-ir', 'degir'],
  course: ['radiation-protection', 'degir-course'],
  credit: ['external-meeting'],
  rotation: ['interventional-radiology', 'radiology', 'icu', 'clinical-year', 'ir-related', 'other-patient-care'],
  credential: ['medical-licence', 'advanced-life-support', 'procedural-sedation', 'fluoroscopy-permit', 'dr-certification', 'radiology-specialist'],
  document: ['medical-degree', 'scholarly-work', 'quality-improvement', 'research-project', 'procedure-log', 'competency-checklist'],
  attestation: ['milestone-review', 'case-log-submission', 'dosimeter-exchange', 'appraisal', 'arcp', 'progress-review', 'revalidation'],
};

export function termName(id: string): string {
  const key = `term.${id}`;
  if (hasWords(key)) return t(key);
  const words = id.replace(/-/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
