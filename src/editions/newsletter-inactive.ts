import { DomainError } from '../kernel/errors.ts';

export class NewsletterInactive extends DomainError {
  constructor(slug: string) {
    super('newsletter-inactive', 'conflict', `The newsletter "${slug}" is switched off: set it active first.`);
  }
}
