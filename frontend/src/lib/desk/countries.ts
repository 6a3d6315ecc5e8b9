import { language, LOCALE } from '../i18n';

/** ISO 3166-1 codes; the names come from the browser, in the language of the page. */
const CODES =
  'AF AL DZ AD AO AG AR AM AU AT AZ BS BH BD BB BY BE BZ BJ BT BO BA BW BR BN BG BF BI CV KH CM CA CF TD CL CN CO KM CG CD CR CI HR CU CY CZ DK DJ DM DO EC EG SV GQ ER EE SZ ET FJ FI FR GA GM GE DE GH GR GD GT GN GW GY HT HN HK HU IS IN ID IR IQ IE IL IT JM JP JO KZ KE KI KP KR KW KG LA LV LB LS LR LY LI LT LU MO MG MW MY MV ML MT MH MR MU MX FM MD MC MN ME MA MZ MM NA NR NP NL NZ NI NE NG MK NO OM PK PW PS PA PG PY PE PH PL PT PR QA RO RU RW KN LC VC WS SM ST SA SN RS SC SL SG SK SI SB SO ZA SS ES LK SD SR SE CH SY TW TJ TZ TH TL TG TO TT TN TR TM TV UG UA AE GB US UY UZ VU VA VE VN YE ZM ZW';

export interface Country {
  code: string;
  name: string;
}

export function countries(): Country[] {
  const names = new Intl.DisplayNames([LOCALE[language]], { type: 'region' });
  return CODES.split(' ')
    .map((code) => ({ code, name: names.of(code) ?? code }))
    .sort((a, b) => a.name.localeCompare(b.name, LOCALE[language]));
}

export function countryName(code: string): string {
  return new Intl.DisplayNames([LOCALE[language]], { type: 'region' }).of(code) ?? code;
}

/** The country that the browser's language names, as a first guess: `en-GB` → `GB`. */
export function likelyCountry(): string {
  const code = navigator.languages.map((tag) => new Intl.Locale(tag).region).find((region) => region);
  return code && CODES.split(' ').includes(code) ? code : '';
}
