import type { Random } from '../fuzz/random.ts';
import { saveArticles } from '../src/articles/save-articles.ts';
import type { Town } from './town.ts';

/** The last of them has news now and then only: its readers see days without any. */
export const sections = ['town', 'region', 'harbour', 'sport', 'culture', 'chess'] as const;
const BUSY = sections.slice(0, -1);
const RARE = 25;

const WORDS =
  'harbour pilots council budget bridge school strike storm timetable museum concert striker goalkeeper rent tram market bakery ferry judge trial verdict mayor library flood harvest factory export tariff census clinic nurse pharmacy orchestra festival stadium marathon cyclist railway tunnel airport customs lighthouse fishery trawler quay warehouse brewery vineyard orchard forest wolf heron beaver glacier drought reservoir turbine'.split(
    ' ',
  );

let printed = 0;

/** A few articles at once, by the function behind the API. */
export const publish = (count: number, town: Town, random: Random): Promise<void> =>
  publishIn(
    Array.from({ length: count }, () => (random.chance(RARE) ? 'chess' : random.pick(BUSY))),
    town,
    random,
  );

/** One article in each of these sections. */
export async function publishIn(topics: readonly string[], { context }: Town, random: Random): Promise<void> {
  const bodies = topics.map((topic) => {
    printed += 1;
    const words = Array.from({ length: 6 }, () => random.pick(WORDS)).join(' ');
    return {
      url: `https://post.example/${printed}`,
      headline: `${words} ${printed}`,
      standfirst: Array.from({ length: 14 }, () => random.pick(WORDS)).join(' '),
      topics: [topic],
    };
  });
  await saveArticles(bodies, context);
}
