import type { StaticAnalysis } from 'liquidjs';
import type { Clock } from '../../kernel/clock.ts';
import { createLiquid } from './liquid.ts';
import type { Messages } from './messages.ts';
import type { OwnTemplates } from './own-templates.ts';
import { articleParts, sampleMails } from './sample-mails.ts';
import type { Mistake } from './template-mistakes.ts';

const EVERYWHERE = ['brand', 'baseUrl'];
/** Where a digest may be cut: decision 018. */
const CUTS = ['cut', 'cutTag'];

/** Liquid prints nothing for a name it does not know: a slip of the pen would be a gap in every mail. */
export async function unknownNames(own: OwnTemplates, messages: Messages, clock: Clock): Promise<Mistake[]> {
  const liquid = createLiquid('emails', messages, clock, { own });
  const found = await Promise.all(
    [...own.files].map(async ([key, { path: file }]): Promise<Mistake[]> => {
      // What cannot be read is told where it is laid out.
      const parsed = await liquid.parseFile(key.slice(key.indexOf('/') + 1)).catch(() => []);
      const { globals, variables } = await liquid.analyze(parsed, { partials: false });
      return [...unknownIn(key, globals), ...unknownOfArticles(key, variables)].map((mistake) => ({
        ...mistake,
        file,
      }));
    }),
  );
  return found.flat();
}

type Said = Omit<Mistake, 'file'>[];
type Uses = StaticAnalysis['variables'];

function unknownIn(key: string, globals: Uses): Said {
  const [, mail = ''] = /^emails\/(.*)\.(?:mjml|txt)$/.exec(key) ?? [];
  const samples = sampleMails[mail];
  if (!samples) return [];
  const given = [...new Set([...EVERYWHERE, ...samples.flatMap(({ data }) => Object.keys(data))])];
  const known = new Set([...given, ...(mail === 'digest' ? CUTS : [])]);
  return Object.entries(globals)
    .filter(([name]) => !known.has(name))
    .flatMap(([name, uses]) =>
      uses.map(({ location }) => ({
        line: location.row,
        says: `nothing is called ${name} in this mail. It is given ${given.join(', ')}`,
      })),
    );
}

/** What our digest and its partials call an article. */
const ARTICLES = ['lead', 'article'];

function unknownOfArticles(key: string, variables: Uses): Said {
  if (!/^(?:emails\/digest\.|partials\/email-)/.test(key)) return [];
  return ARTICLES.flatMap((name) => variables[name] ?? []).flatMap(({ segments: [name, part], location }) =>
    typeof part !== 'string' || articleParts.includes(part)
      ? []
      : { line: location.row, says: `${name} has no ${part}. It has ${articleParts.join(', ')}` },
  );
}
