// Browsers name their ancestors too, so the younger family is looked for first.
const browsers = { Edg: 'Edge', Firefox: 'Firefox', Chrome: 'Chrome', Safari: 'Safari' };
const systems = { iPhone: 'iPhone', iPad: 'iPad', Android: 'Android', Windows: 'Windows', Mac: 'Mac', Linux: 'Linux' };

const named = (names: Record<string, string>, agent: string): string | undefined =>
  Object.entries(names).find(([sign]) => agent.includes(sign))?.[1];

/** `Firefox on Linux`: enough for its owner to know it again. */
export function browserName(userAgent: string): string {
  const [browser, system] = [named(browsers, userAgent), named(systems, userAgent)];
  if (!browser) return userAgent.slice(0, 40) || 'Unknown browser';
  return system ? `${browser} on ${system}` : browser;
}
