/** Areas that answer a GET with a list. */
const LISTED = ['articles', 'sources', 'newsletters', 'forms'];

/** A call to try a new key with, which changes nothing. Null where its scopes allow no such call. */
export function exampleCall(scopes: string[], key: string, baseUrl: string): { command: string; says: string } | null {
  const call = (place: string, more = '') =>
    `curl ${baseUrl}/api/v1/${place} \\\n  -H "Authorization: Bearer ${key}"${more}`;
  const readable = LISTED.find((area) => scopes.includes(`${area}:read`));
  if (readable) return { command: call(readable), says: `It answers with the first ${readable}.` };
  const writable = WRITABLE.find((area) => scopes.includes(`${area}:write`));
  if (!writable) return null;
  const command = call(writable, ` \\\n  -H 'Content-Type: application/json' -d '{}'`);
  return { command, says: 'It answers 400 and names the fields it misses: the key works, and nothing has happened.' };
}

/** Areas whose POST asks for something. */
const WRITABLE = [...LISTED, 'alerts', 'editions'];
