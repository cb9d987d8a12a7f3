import { likeness, type Told } from './likeness.ts';
import type { Fresh, Place, StoryStore } from './story-store.ts';
import { tellingOf } from './telling.ts';
import { wordKeys } from './word-keys.ts';

/**
 * Alike enough for one story. Chosen on `test/corpus/stories`, 546 articles in five languages with look-alikes: at 0.39
 * four in a hundred pairs are wrong and six of seven are found; at 0.40 three are wrong, and two more in a hundred missed.
 * A story that is shown twice annoys; one that is not shown because another was taken for it is lost: so rather twice.
 */
const ALIKE = 0.39;
/** News that goes on for longer is a new story each week. */
const STORY_MS = 7 * 86_400_000;
/** Of a batch that has one word in many articles, the latest are compared. */
const BATCH_NEAREST = 12;

interface Seen extends Told {
  id: number;
  keys: Map<string, number>;
  /** An existing story's id, or a new one of this batch, below zero. */
  story: number;
  openedAt: number;
}

/**
 * Puts each article that is news into the story of what it is most like, or a story of its own. Set by set: three statements
 * however many articles, and for each a bounded number of comparisons. The caller keeps other writers out.
 */
export async function gatherStories(ids: number[], store: StoryStore, now: Date): Promise<void> {
  const fresh = ids.length > 0 ? await store.fresh(ids, now) : [];
  if (fresh.length === 0) return;
  const articles = fresh.map(told);
  const asked = articles.map(({ id, at, keys }) => ({ id, at: new Date(at), words: [...keys.values()] }));
  const { held, near } = await store.near(asked, now);
  const known = new Map<number, Seen>();
  for (const row of near)
    if (!known.has(row.id)) known.set(row.id, { ...told(row), story: row.storyId, openedAt: row.openedAt.getTime() });
  const neighbours = Map.groupBy(near, ({ of }) => of);
  const batch = new Batch();
  for (const article of articles) {
    // An article of this batch is compared as it is told now, once its turn has come.
    const ofOld = (neighbours.get(article.id) ?? []).flatMap(({ id }) => (batch.has(id) ? [] : (known.get(id) ?? [])));
    const stories = new Map([...article.keys].map(([word, key]) => [word, (held.get(key) ?? 0) + batch.stories(key)]));
    const best = likest(article, [...ofOld, ...batch.near(article)], (word) => stories.get(word) ?? 0);
    batch.add(best ? { ...article, story: best.story, openedAt: best.openedAt } : batch.alone(article));
  }
  await store.place(batch.places(), now);
}

type Article = ReturnType<typeof told>;

function told(article: Fresh) {
  const telling = tellingOf(article);
  return { ...telling, id: article.id, storyId: article.storyId, at: article.at.getTime(), keys: wordKeys(telling) };
}

function likest(article: Article, others: Seen[], frequency: (word: string) => number): Seen | undefined {
  let best: Seen | undefined;
  let most = ALIKE;
  for (const other of others) {
    if (article.at - other.openedAt > STORY_MS) continue;
    const alike = likeness(article, other, frequency);
    if (alike >= most) [best, most] = [other, alike];
  }
  return best;
}

/** What has been placed so far of one batch, found by its words. */
class Batch {
  #seen = new Map<number, Seen>();
  #byKey = new Map<number, Seen[]>();
  #opened = 0;

  has = (id: number): boolean => this.#seen.has(id);

  /** Stays in the story it has for itself already. */
  alone(article: Article): Seen {
    if (!article.storyId) this.#opened += 1;
    return { ...article, story: article.storyId ?? -this.#opened, openedAt: article.at };
  }

  add(article: Seen): void {
    this.#seen.set(article.id, article);
    for (const key of article.keys.values()) {
      const others = this.#byKey.get(key);
      if (others) others.push(article);
      else this.#byKey.set(key, [article]);
    }
  }

  stories(key: number): number {
    const articles = this.#byKey.get(key)?.slice(-BATCH_NEAREST) ?? [];
    return new Set(articles.map(({ story }) => story)).size;
  }

  near({ keys }: Article): Seen[] {
    const shared = new Map<Seen, number>();
    for (const key of keys.values())
      for (const other of this.#byKey.get(key)?.slice(-BATCH_NEAREST) ?? [])
        shared.set(other, (shared.get(other) ?? 0) + 1);
    return [...shared]
      .filter(([, count]) => count > 1)
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, BATCH_NEAREST)
      .map(([other]) => other);
  }

  places(): Place[] {
    return [...this.#seen.values()].map(({ id, at, keys, story }) => ({
      ...{ id, at: new Date(at), words: [...keys.values()] },
      storyId: story > 0 ? story : null,
      ref: story > 0 ? null : story,
    }));
  }
}
