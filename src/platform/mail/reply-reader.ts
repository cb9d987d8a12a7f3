/** More than any reply needs; whoever sends more does not speak SMTP. */
const LONGEST = 64 * 1024;

/** Takes SMTP replies out of what a relay sends, whole ones only, however it is cut (RFC 5321 §4.2.1). */
export class ReplyReader {
  readonly #tell: (code: number, text: string) => void;
  #rest = '';
  #lines: string[] = [];

  /** @param tell gets each reply's code, and its text without codes at the start of lines */
  constructor(tell: (code: number, text: string) => void) {
    this.#tell = tell;
  }

  /** False when this is no SMTP. */
  read(chunk: Buffer): boolean {
    this.#rest += chunk.toString();
    for (let end = this.#rest.indexOf('\n'); end >= 0; end = this.#rest.indexOf('\n')) {
      const line = this.#rest.slice(0, end).trimEnd();
      this.#rest = this.#rest.slice(end + 1);
      if (!/^[2-5]\d\d(?:[ -]|$)/.test(line)) return false;
      this.#lines.push(line.slice(4));
      if (line[3] === '-') continue;
      const text = this.#lines.join(' ');
      this.#lines = [];
      this.#tell(Number(line.slice(0, 3)), text);
    }
    return this.#rest.length < LONGEST && this.#lines.length < 1000;
  }
}
