/** What an error means to the caller. The HTTP layer alone turns it into a status code. */
export type Meaning =
  | 'invalid'
  | 'unauthorised'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'gone'
  | 'too-large'
  | 'unsupported'
  | 'too-many'
  | 'unavailable';

/** What is wrong with one field of the input, in words for a person. */
export interface FieldError {
  field: string;
  message: string;
}

/** An error of the domain: `code` is stable and documented, `message` says what to do. */
export class DomainError extends Error {
  readonly code: string;
  readonly meaning: Meaning;
  readonly fields: FieldError[];
  /** Members of the problem that are this error's own (RFC 9457 §3.2). */
  readonly members: Record<string, unknown>;

  constructor(code: string, meaning: Meaning, message: string, fields: FieldError[] = [], members = {}) {
    super(message);
    this.name = 'DomainError';
    this.code = code;
    this.meaning = meaning;
    this.fields = fields;
    this.members = members;
  }
}

export class NotFound extends DomainError {
  constructor(what: string) {
    super('not-found', 'not-found', `There is no such ${what}.`);
  }
}

export class Invalid extends DomainError {
  constructor(fields: FieldError[], members = {}) {
    const all = fields.map(({ field, message }) => `${field}: ${message}`).join('; ');
    super('invalid-input', 'invalid', all, fields, members);
  }
}

/** The text of anything thrown, for logs and ledger columns. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
