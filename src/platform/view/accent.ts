const PAPER = '#ffffff';
const NIGHT = '#121417';
const READABLE = 5; // WCAG 2.2, 1.4.3 asks 4.5: the rest is for panels a shade off the background
const STEP = 0.01;

export interface Accents {
  accent: string;
  accentDark: string;
}

/** The newsroom's colour, moved no further than reading asks: darker on white, lighter on the dark background. */
export const accents = (colour: string): Accents => ({
  accent: readable(colour, -STEP, PAPER),
  accentDark: readable(colour, STEP, NIGHT),
});

/** How well each can be read where it stands: WCAG counts from 1 to 21, black on white. */
export const contrasts = ({ accent, accentDark }: Accents) => ({
  onPaper: contrast(accent, PAPER),
  onNight: contrast(accentDark, NIGHT),
});

/** Moves the lightness alone: mixed with white or black, a red would turn to brick. */
function readable(colour: string, step: number, background: string): string {
  const [hue, saturation, start] = hsl(colour);
  for (let lightness = start; lightness > 0 && lightness < 1; lightness += step) {
    const moved = hex(hue, saturation, lightness);
    if (contrast(moved, background) >= READABLE) return moved;
  }
  return step > 0 ? '#ffffff' : '#000000';
}

const channels = (colour: string): [number, number, number] => {
  const at = (start: number) => Number.parseInt(colour.slice(start, start + 2), 16) / 255;
  return [at(1), at(3), at(5)];
};

/** Hue in degrees, saturation and lightness from 0 to 1. */
function hsl(colour: string): [number, number, number] {
  const [red, green, blue] = channels(colour);
  const [high, low] = [Math.max(red, green, blue), Math.min(red, green, blue)];
  const [range, lightness] = [high - low, (high + low) / 2];
  if (range === 0) return [0, 0, lightness];
  const saturation = range / (1 - Math.abs(2 * lightness - 1));
  if (high === red) return [60 * ((green - blue) / range), saturation, lightness];
  if (high === green) return [60 * ((blue - red) / range + 2), saturation, lightness];
  return [60 * ((red - green) / range + 4), saturation, lightness];
}

/** CSS Color 4, §7.1. */
function hex(hue: number, saturation: number, lightness: number): string {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number) => {
    const turn = (offset + hue / 30 + 12) % 12;
    return lightness - reach * Math.max(-1, Math.min(turn - 3, 9 - turn, 1));
  };
  const byte = (value: number) =>
    Math.round(value * 255)
      .toString(16)
      .padStart(2, '0');
  return `#${[0, 8, 4].map((offset) => byte(channel(offset))).join('')}`;
}

/** As WCAG counts it, from 1 to 21; both `#rrggbb`. */
export function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

/** Relative luminance as WCAG defines it. */
function luminance(colour: string): number {
  const [red, green, blue] = channels(colour).map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  ) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
