/** True for an IANA zone name this runtime knows, such as `Europe/London`. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Za-z_+\-/0-9]+$/.test(name) && !/^[+-]/.test(name);
  } catch {
    return false;
  }
}
