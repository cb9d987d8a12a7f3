import { DomainError } from '../../kernel/errors.ts';
import { addAsIs, NoFeedFound } from './add-source.ts';
import { discover } from './discover.ts';
import type { Found } from './rank-found.ts';
import type { NewSource } from './source.ts';

type Needs = Parameters<typeof addAsIs>[1] & { fetcher: Parameters<typeof discover>[1] };

class NothingReadable extends DomainError {
  constructor(why: string) {
    super('source-unclear', 'invalid', why, [{ field: 'url', message: why }], { unclear: true });
  }
}

/**
 * Adds the very address that was given when it can be read, or was chosen; else offers what the page there leads to.
 * @throws NoFeedFound, NothingReadable
 */
export async function offerSource({ asIs, ...input }: NewSource & { asIs: boolean }, needs: Needs) {
  const { kind } = input;
  if (kind || asIs) return { added: await addAsIs({ ...input, kind: kind ?? 'feed' }, needs) };
  const { found, itself, unclear } = await discover(input.url, needs.fetcher);
  const [best] = found;
  if (best && itself) return { added: await addAsIs({ ...input, kind: best.kind, url: best.url }, needs) };
  if (best) return { offer: found.map(choiceOf) };
  throw unclear ? new NothingReadable(unclear) : new NoFeedFound(undefined);
}

const choiceOf = ({ kind, url, title, items }: Found, n: number) => ({
  ...{ value: `${kind} ${url}`, kind, url, title, items, checked: n === 0 },
});
