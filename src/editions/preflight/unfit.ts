import { DomainError } from '../../kernel/errors.ts';
import { type Check, inWords } from './check.ts';

/** Something is so wrong with an edition's mails that none of them must leave before a person has looked. */
export class Unfit extends DomainError {
  readonly checks: Check[];
  /** Where that is the page its lead story stands on. */
  readonly url: string | undefined;

  constructor(checks: Check[], url?: string) {
    super('unfit', 'conflict', inWords(checks));
    this.checks = checks;
    this.url = url;
  }
}
