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

  constructor(code: string, meaning: Meaning, message: string, fields: FieldError[] = []) {
    super(message);
    this.name = 'DomainError';
    this.code = code;
    this.meaning = meaning;
    this.fields = fields;
  }
}

export class NotFound extends DomainError {
  constructor(what: string) {
    super('not-found', 'not-found', `There is no such ${what}.`);
  }
}

export class Invalid extends DomainError {
  constructor(fields: FieldError[]) {
    super('invalid-input', 'invalid', fields.map(({ field, message }) => `${field}: ${message}`).join('; '), fields);
  }
}

/** The text of anything thrown, for logs and ledger columns. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
