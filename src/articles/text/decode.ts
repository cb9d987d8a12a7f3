// A browser looks no further either.
const HEAD_BYTES = 1024;
const META_CHARSET = /<meta[^>]{1,200}charset\s*=\s*["']?([\w.:-]+)/i;

/** By byte order mark, else Content-Type, else what the XML or HTML says at its start, else UTF-8. */
export function decodeText(body: Buffer, contentType: string): string {
  const start = body.subarray(0, HEAD_BYTES).toString('latin1');
  const declared = /^\s*<\?xml[^>]{0,99}encoding\s*=\s*["']([\w.:-]+)/.exec(start) ?? META_CHARSET.exec(start);
  const label = bomOf(body) ?? /charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1] ?? declared?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(label).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

const bomOf = (body: Buffer): string | undefined =>
  ({ fffe: 'utf-16le', feff: 'utf-16be', efbb: 'utf-8' })[body.subarray(0, 2).toString('hex')];
