const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ]+(\d{1,2}:\d{2}\S*)(.*))?$/;
const RFC_822 = /\b\d{1,2}[\s-]+[a-z]{3,9}[\s-]+\d{2,4}\s+\d{1,2}:\d{2}/i;
const HAS_ZONE = /(Z|[+-]\d{2}(:?\d{2})?|\bUTC?|\bGMT|\b[ECMP][SD]T)(\s*\(.*\))?$/i;
// European zones that Date.parse does not know.
const ZONES: Record<string, string> = {
  BST: '+0100',
  CET: '+0100',
  WEST: '+0100',
  CEST: '+0200',
  EET: '+0200',
  EEST: '+0300',
};
const DATE_LIMIT = 60;
const EARLIEST = Date.UTC(1980, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);

/** ISO 8601 or RFC 822; UTC where no zone is given, so that it means the same on every machine. */
export function instantOf(text: string): Date | undefined {
  const given = text.trim().replace(/\b(BST|CET|WEST|CEST|EET|EEST)$/, (zone) => ZONES[zone] ?? zone);
  const [, day, clock, zone = ''] = ISO.exec(given) ?? [];
  if (given.length > DATE_LIMIT || (!day && !RFC_822.test(given))) return undefined;
  // Date.parse reads `2026-05-01 07:00:00 UTC` and `…+0100`, but not with a T before the blank.
  const time = Date.parse(day ? withZone(clock ? `${day} ${clock}${zone}` : `${day} 00:00`) : withZone(given));
  return time >= EARLIEST && time < LATEST ? new Date(time) : undefined;
}

const withZone = (text: string): string => (HAS_ZONE.test(text) ? text : `${text} UTC`);
