/** `2 d 3 h`, `3 h 12 min`, `3 h`, `12 min`, `45 s`; never less than nothing. `countdown.js` says it in the same way. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return both(`${hours} h`, minutes % 60, 'min');
  return both(`${Math.floor(hours / 24)} d`, hours % 24, 'h');
}

const both = (large: string, rest: number, unit: string): string => (rest === 0 ? large : `${large} ${rest} ${unit}`);
