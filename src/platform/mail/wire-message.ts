/** One header field in the two forms that are needed: as it goes over the wire, and as DKIM hashes it. */
export interface HeaderField {
  name: string;
  /** `Name: value`, folded, with its CRLF. */
  line: string;
  /** RFC 6376 §3.4.2, relaxed: `name:value` on one line, without a line break. */
  canonical: string;
}

/**
 * A whole message. Its body is 7-bit, every line ends in CRLF, no line begins with a dot (so nothing needs
 * dot-stuffing, RFC 5321 §4.5.2), and DKIM's relaxed form of it (RFC 6376 §3.4.4) is the body itself.
 */
export interface WireMessage {
  fields: HeaderField[];
  /** In order: long stretches that all readers' messages share, and between them what is one reader's own, in ASCII. */
  body: (Buffer | string)[];
  bodyBytes: number;
}

/** @param value may be folded: each CRLF is followed by a blank */
export function headerField(name: string, value: string): HeaderField {
  const unfolded = value
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim();
  return { name, line: `${name}: ${value}\r\n`, canonical: `${name.toLowerCase()}:${unfolded}` };
}
