const KB = 1024;
/** What a slot is filled with: our address, a path and a token of three large numbers. */
const LONGEST_SLOT = 250;
/** Relays that count clicks put an address of their own around each; those seen add 120 to 190 bytes and encode the rest in base64. */
export const rewritten = (bytes: number): number => 200 + Math.ceil(bytes * 1.5);

const HREF = 'href="';
const LINK = /href="(https?:[^"]*)"/g;

/** As long as the HTML can get on its way: slots filled, every link rewritten. Asked of every variant, so no expression. */
export function bytesAsSent(html: string): number {
  let bytes = Buffer.byteLength(html);
  for (let at = html.indexOf(HREF); at >= 0; at = html.indexOf(HREF, at)) {
    at += HREF.length;
    const own = html.indexOf('"', at) - at;
    if (html.startsWith('%%', at)) bytes += rewritten(LONGEST_SLOT) - own;
    else if (html.startsWith('http', at)) bytes += rewritten(own) - own;
  }
  return bytes;
}

export const kilobytes = (bytes: number): number => Math.ceil(bytes / KB);

/** Everything it leads to, once each. */
export const linksIn = (html: string): string[] => [
  ...new Set([...html.matchAll(LINK)].map(([, link = '']) => link.replaceAll('&amp;', '&'))),
];
