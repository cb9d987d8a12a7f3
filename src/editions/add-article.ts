import { PageUnreadable } from '../articles/article-from-url.ts';
import { DomainError } from '../kernel/errors.ts';

interface Needs {
  articleFromUrl(url: string): Promise<{ id: number; url: string; headline: string }>;
}

class ArticleUnreadable extends DomainError {
  constructor(reason: string) {
    super('page-unreadable', 'invalid', `${reason} Check the address, or send the article over the API.`);
  }
}

/** The article at an address, read from its page unless it is known already. @throws ArticleUnreadable */
export async function addArticle(url: string, { articleFromUrl }: Needs) {
  try {
    return await articleFromUrl(url);
  } catch (error) {
    throw error instanceof PageUnreadable ? new ArticleUnreadable(error.reason) : error;
  }
}
