/** Forty, with every kind of offset and of change: half hours, quarters, none at all, and both sides of the date line. */
export const zones = [
  ...[
    'Europe/London',
    'Europe/Paris',
    'Europe/Berlin',
    'Europe/Kyiv',
    'Europe/Istanbul',
    'Europe/Moscow',
    'Europe/Lisbon',
  ],
  ...['Africa/Cairo', 'Africa/Lagos', 'Africa/Johannesburg', 'Africa/Casablanca', 'Africa/Nairobi', 'Atlantic/Azores'],
  ...[
    'America/New_York',
    'America/Chicago',
    'America/Denver',
    'America/Phoenix',
    'America/Los_Angeles',
    'America/Halifax',
  ],
  ...[
    'America/St_Johns',
    'America/Havana',
    'America/Sao_Paulo',
    'America/Santiago',
    'America/Mexico_City',
    'America/Nuuk',
  ],
  ...['Asia/Tokyo', 'Asia/Shanghai', 'Asia/Kolkata', 'Asia/Kathmandu', 'Asia/Tehran', 'Asia/Beirut', 'Asia/Dubai'],
  ...['Australia/Sydney', 'Australia/Adelaide', 'Australia/Lord_Howe', 'Australia/Perth', 'Pacific/Auckland'],
  ...['Pacific/Chatham', 'Pacific/Kiritimati', 'Pacific/Honolulu'],
] as const;

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of a zone show. By Intl, which the planner does not ask for slots. */
export function shown(at: number, zone: string): { date: string; time: string } {
  const format =
    formats.get(zone) ?? new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  formats.set(zone, format);
  const [date = '', time = ''] = format.format(at).split(' ');
  return { date, time };
}

export const DAY_MS = 86_400_000;
const known = new Map<string, number>();

/** When the clocks of a zone first show that time on that date; where they skip it, how long after the gap it would be. */
export function instantOf(zone: string, date: string, time: string): number {
  const key = `${zone} ${date} ${time}`;
  const cached = known.get(key);
  if (cached !== undefined) return cached;
  const wanted = Date.parse(`${date}T${time}:00Z`);
  const offsets = [-DAY_MS, 0, DAY_MS].map((away) => offsetAt(wanted + away, zone));
  const fitting = offsets
    .map((offset) => wanted - offset)
    .filter((at) => {
      const seen = shown(at, zone);
      return seen.date === date && seen.time === time;
    });
  const found = fitting.length > 0 ? Math.min(...fitting) : wanted - (offsets[0] ?? 0);
  known.set(key, found);
  return found;
}

function offsetAt(at: number, zone: string): number {
  const { date, time } = shown(at, zone);
  return Date.parse(`${date}T${time}:00Z`) - Math.floor(at / 60_000) * 60_000;
}

export const dayAfter = (date: string): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);

/** ISO, 1 is Monday. */
export const weekdayOf = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
