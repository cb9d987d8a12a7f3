import { Temporal } from '../../../kernel/temporal.ts';

// Minutes from UTC. What means two things is told by the zone that is assumed (see HERE), else the more common one.
const OFFSETS: Record<string, number> = {
  ...{ z: 0, utc: 0, ut: 0, gmt: 0, wet: 0, west: 60, bst: 60, cet: 60, mez: 60, met: 60, wat: 60 },
  ...{ cest: 120, mesz: 120, mest: 120, eet: 120, cat: 120, sast: 120, eest: 180, msk: 180, eat: 180, trt: 180 },
  ...{ gst: 240, msd: 240, pkt: 300, ist: 330, npt: 345, wib: 420, ict: 420, hkt: 480, sgt: 480, myt: 480, awst: 480 },
  ...{ jst: 540, kst: 540, acst: 570, aest: 600, acdt: 630, aedt: 660, nzst: 720, nzdt: 780 },
  ...{ nst: -210, ndt: -150, ast: -240, adt: -180, brt: -180, art: -180, clt: -240 },
  ...{ est: -300, edt: -240, cst: -360, cdt: -300, mst: -420, mdt: -360, pst: -480, pdt: -420 },
  ...{ akst: -540, akdt: -480, hst: -600 },
};
const AMERICAN: Record<string, string> = {
  ...{ et: 'America/New_York', ct: 'America/Chicago', mt: 'America/Denver', pt: 'America/Los_Angeles' },
};
const HERE: Record<string, [RegExp, number]> = {
  ist: [/^(Europe\/Dublin)$/, 60],
  cst: [/^Asia\/(Shanghai|Taipei|Macau|Chongqing|Harbin)$/, 480],
  bst: [/^Asia\/Dhaka$/, 360],
  ast: [/^Asia\/(Riyadh|Baghdad|Kuwait|Qatar|Aden|Bahrain)$/, 180],
};
const ISRAEL = /^Asia\/(Jerusalem|Tel_Aviv)$/;
const OFFSET = /^(?:UTC|GMT|UT)?\s?([+\-−–])\s?(\d{1,2})(?:[:.]?([0-5]\d))?$/i;
const FURTHEST = 14 * 60;

/** A zone as somebody wrote it: minutes from UTC, or the name of one whose clock changes. */
export type Zone = number | string;

/** `+0100`, `GMT+1`, `EST`, `Europe/London`; what no one can tell is undefined. */
export function zoneOf(text: string, assumed: string): Zone | undefined {
  const [, sign, hours, minutes = '0'] = OFFSET.exec(text) ?? [];
  if (hours) {
    const offset = Number(hours) * 60 + Number(minutes);
    return offset <= FURTHEST ? (sign === '+' ? offset : -offset) : undefined;
  }
  const name = text.toLowerCase();
  if (name === 'ist' && ISRAEL.test(assumed)) return assumed;
  const [place, there] = HERE[name] ?? [];
  if (there !== undefined && place?.test(assumed)) return there;
  // RFC 2822 §4.3: the letters of the military were used with either sign, so nothing is known from them.
  if (/^[a-ik-y]$/.test(name)) return 0;
  return OFFSETS[name] ?? AMERICAN[name] ?? (text.includes('/') && isZone(text) ? text : undefined);
}

export function isZone(text: string): boolean {
  if (text === 'UTC') return true;
  try {
    Temporal.Now.zonedDateTimeISO(text);
    return true;
  } catch {
    return false;
  }
}
