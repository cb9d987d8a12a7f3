import { DomainError, messageOf } from '../../kernel/errors.ts';

export class FetchRefused extends DomainError {
  constructor(url: string, reason: string) {
    super('fetch-refused', 'invalid', `${url} was not fetched: ${clause(reason)}.`);
  }
}

export class FetchFailed extends DomainError {
  constructor(url: string, reason: string) {
    super('fetch-failed', 'unavailable', `${url} could not be read: ${clause(reason)}.`);
  }
}

/** Part of a sentence of ours, whatever a library ends its own with. */
const clause = (reason: string): string => reason.replace(/[.\s]+$/, '');

const REASONS: Record<string, string> = {
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its host name could not be looked up just now',
  ECONNREFUSED: 'the server refuses connections',
  ECONNRESET: 'the server broke the connection off',
  UND_ERR_SOCKET: 'the server broke the connection off',
  UND_ERR_HEADERS_OVERFLOW: 'its headers are too long',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'it is not as long as it says',
};

/** What went wrong, in words for an editor. */
export function reasonOf(error: unknown): string {
  const { code = '', name } = error as NodeJS.ErrnoException;
  if (name === 'HTTPParserError' || code === 'ERR_ASSERTION') return 'its answer is not HTTP';
  return REASONS[code] ?? messageOf(error);
}
