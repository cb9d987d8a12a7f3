/**
 * Solves an ALTCHA challenge (version 2, PBKDF2): the counter under which the derived key begins as asked for.
 * @returns what goes into the field `altcha`
 * @throws where the browser has no Web Cryptography: it needs https, or localhost
 */
export async function prove(challenge) {
  const { algorithm, nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters;
  const [kind, hash] = algorithm.split('/');
  if (kind !== 'PBKDF2' || !globalThis.crypto?.subtle) throw new Error('this browser cannot solve the challenge');
  const begun = performance.now();
  const password = new Uint8Array([...bytes(nonce), 0, 0, 0, 0]);
  const counterAt = new DataView(password.buffer);
  const derivation = { name: 'PBKDF2', hash, salt: new Uint8Array(bytes(salt)), iterations: cost };
  for (let counter = 0; counter < 1e6; counter += 1) {
    counterAt.setUint32(password.length - 4, counter);
    const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
    const derivedKey = hex(await crypto.subtle.deriveBits(derivation, key, keyLength * 8));
    if (!derivedKey.startsWith(keyPrefix)) continue;
    const time = Math.round(performance.now() - begun);
    return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey, time } }));
  }
  throw new Error('the challenge has no solution');
}

const bytes = (text) => (text.match(/../g) || []).map((pair) => Number.parseInt(pair, 16));

const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
