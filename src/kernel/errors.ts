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

/** What a message is about: it names them in braces. */
export type Values = Record<string, string | number>;

/**
 * What is wrong with one field of the input: plain words, or the key of a message where readers can meet it, which is
 * put into their language where it is answered.
 */
export interface FieldError {
  field: string;
  message: string;
  values?: Values;
}

/** An error of the domain: `code` is stable and documented, `message` says what to do, in words or as a field's does. */
export class DomainError extends Error {
  readonly code: string;
  readonly meaning: Meaning;
  readonly fields: FieldError[];
  /** Members of the problem that are this error's own (RFC 9457 §3.2). */
  readonly members: Record<string, unknown>;
  readonly values: Values;

  constructor(
    code: string,
    meaning: Meaning,
    message: string,
    fields: FieldError[] = [],
    members = {},
    values: Values = {},
  ) {
    super(message);
    this.name = 'DomainError';
    this.code = code;
    this.meaning = meaning;
    this.fields = fields;
    this.members = members;
    this.values = values;
  }
}

/** What readers look for is missed in their language. */
const missed: Record<string, string> = {
  page: 'problem.no-page',
  edition: 'problem.no-edition',
  'sign-up form': 'form.gone',
};

export class NotFound extends DomainError {
  constructor(what: string) {
    super('not-found', 'not-found', missed[what] ?? `There is no such ${what}.`);
  }
}

export class Invalid extends DomainError {
  constructor(fields: FieldError[], members = {}) {
    super('invalid-input', 'invalid', inOneLine(fields), fields, members);
  }
}

export const inOneLine = (fields: FieldError[]): string =>
  fields.map(({ field, message }) => `${field}: ${message}`).join('; ');

/** The text of anything thrown, for logs and ledger columns. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
