import { keepBriefly } from '../kernel/keep-briefly.ts';
import type { NewsletterStore } from './store.ts';

/** What another process has changed is seen by readers after this time at the latest. */
const KEPT_MS = 1000;
const CHANGES = ['create', 'change', 'createForm', 'changeForm', 'changeBrand', 'changeSafety'] as const;

export type Kept = Pick<NewsletterStore, 'form' | 'brand'>;

/**
 * The store, and what every sign-up reads of it. Two statements for each would cost as much as the sign-up itself; after
 * a change made here they are asked again at once.
 */
export function keepForReaders(store: NewsletterStore): { newsletters: NewsletterStore; kept: Kept } {
  const forms = keepBriefly(KEPT_MS, store.form);
  const brands = keepBriefly(KEPT_MS, () => store.brand());
  const forgetting = CHANGES.map((name) => {
    const change = store[name] as (...given: unknown[]) => Promise<unknown>;
    return [
      name,
      async (...given: unknown[]) => {
        try {
          return await change(...given);
        } finally {
          forms.forget();
          brands.forget();
        }
      },
    ];
  });
  return {
    newsletters: { ...store, ...Object.fromEntries(forgetting) },
    kept: { form: (id) => forms.of(id), brand: () => brands.of(undefined) },
  };
}
