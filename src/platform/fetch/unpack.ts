import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';

/** The other side's bytes are no good; the message is part of a sentence. */
export class BadBody extends Error {}

type Bytes = AsyncIterable<Buffer>;

// Nobody means to pack twice, and some servers do. Each layer more multiplies what a bomb costs to unpack.
const LAYERS_LIMIT = 2;

// RFC 9110 §8.4.1.2: `deflate` means zlib, and some servers send it without the wrapper.
const inflater = (start: Buffer): Transform => (((start[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw());

const unpackers: Record<string, (start: Buffer) => Transform> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  br: () => createBrotliDecompress(),
  deflate: inflater,
};

/** What Content-Encoding names, the outermost last. @throws BadBody for one that is unknown, and for too many */
export function codingsOf(header = ''): string[] {
  const codings = header
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length > LAYERS_LIMIT) throw new BadBody(`it is packed ${codings.length} times over`);
  const unknown = codings.find((coding) => !Object.hasOwn(unpackers, coding));
  if (unknown) throw new BadBody(`its content encoding ${unknown.slice(0, 40)} is unknown`);
  return codings;
}

/**
 * Reads a body to its end, unpacking what has come. Nothing more is read or unpacked once either size is passed.
 * @throws BadBody
 */
export async function readWhole(body: Bytes, codings: string[], most: { packed: number; unpacked: number }) {
  let bytes = atMost(body, most.packed, `it is larger than ${most.packed} bytes`);
  for (const coding of codings.toReversed())
    bytes = atMost(unpack(bytes, coding), most.unpacked, `it unpacks to more than ${most.unpacked} bytes`);
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* atMost(bytes: Bytes, most: number, otherwise: string): Bytes {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > most) throw new BadBody(otherwise);
    yield chunk;
  }
}

async function* unpack(packed: Bytes, coding: string): Bytes {
  const chunks = packed[Symbol.asyncIterator]();
  const start = await chunks.next();
  // An answer without a body names the encoding it would have had.
  if (start.done) return;
  const unpacker = unpackers[coding]?.(start.value);
  if (!unpacker) throw new BadBody(`its content encoding ${coding} is unknown`);
  // Whoever reads the unpacker is told of errors on both sides of it.
  pipeline(Readable.from(startingWith(start.value, chunks)), unpacker, () => undefined);
  try {
    yield* unpacker;
  } catch (error) {
    throw isZlibs(error) ? new BadBody(`broken ${coding}`) : error;
  }
}

async function* startingWith(start: Buffer, rest: AsyncIterator<Buffer>): Bytes {
  yield start;
  yield* { [Symbol.asyncIterator]: () => rest };
}

/** `Z_DATA_ERROR`, and Brotli's `ERR__ERROR_FORMAT_…`. */
const isZlibs = (error: unknown): boolean => /^(Z_|ERR__)/.test((error as NodeJS.ErrnoException).code ?? '');
