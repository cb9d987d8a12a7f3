const COMMON = [
  // English
  'mr mrs ms mx dr prof st sen rep gov gen col maj sgt capt lt cmdr rev hon jr sr no nos vs etc approx est dept inc ltd',
  'co corp jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed thu thur thurs fri sat sun fig vol pp ed al',
  // German, Dutch
  'hr fr nr str abs bzw usw ca mio mrd evtl ggf inkl geb gest zzgl vgl dhr mevr bijv enz resp',
  // French, Spanish, Italian, Portuguese
  'mme mlle mgr av env sra srta dra ud uds pág núm sig sigg dott avv ecc pag exmo',
  // Nordic, Polish, Czech
  'kl ca bl dvs osv mfl eks nr np ul tzn tj mln mld zł godz prof inż mgr např tzv str',
  // Russian, Ukrainian, Bulgarian
  'г гг ул стр руб млн млрд тыс им проф д т св вул грн',
];
const known = new Set(COMMON.flatMap((line) => line.split(' ')));

/** "Dr.", "z. B.", "U.S.", "3." look like the end of a sentence and often are not: then an earlier end is the safer one. */
export function endsInAbbreviation(text: string): boolean {
  const last = /(?:^|[\s([{"'«„“‘-])((?:\p{L}\p{M}*\.\s?)*[\p{L}\p{M}]+|\d{1,2})\.$/u.exec(text.slice(-40))?.[1];
  if (last === undefined) return false;
  // An ordinal, an initial (or a plural: EE. UU.), or dots within.
  if (/^\d|^(\p{L})\p{M}*\1?$|\./u.test(last)) return true;
  return known.has(last.toLowerCase());
}
