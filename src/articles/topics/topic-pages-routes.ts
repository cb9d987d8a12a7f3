import { type Request, type Response, Router } from 'express';
import { NotFound } from '../../kernel/errors.ts';
import { consolePage, orSay } from '../../platform/http/console-page.ts';
import { done, doneOf } from '../../platform/http/done.ts';
import { idFrom, pageOf, parseInput, typed } from '../../platform/http/input.ts';
import { type Audit, actorOf, requireRole } from '../../platform/http/staff.ts';
import type { Source } from '../sources/source.ts';
import { addRule, makeTopicsOf, type RuleNeeds, removeRule, ruleForm } from './change-rules.ts';
import { renameTopic, topicForm } from './rename-topic.ts';
import { namesOfSource } from './view.ts';

type Needs = Parameters<typeof consolePage>[0] &
  RuleNeeds & { sources: { source(id: number): Promise<Source | undefined> }; audit: Audit };

const SHOWN = 100;
const WEEK_MS = 7 * 86_400_000;
/** More would make a page of nothing but choices. */
const CHOICES = 500;

/** What articles are about: the topics readers choose from, and the names sources have for them. */
export function topicPages(context: Needs): Router {
  const { topicPages: topics, sources, audit, clock } = context;
  const show = consolePage(context);
  const router = Router();

  router.get('/topics', (req, res) => draw(req, res, {}));

  router.post('/topics/:id', requireRole('editor'), async (req, res) => {
    const id = idFrom(req.params.id, 'topic');
    const name = typed(req.body?.name);
    const acts = async () => {
      const change = await renameTopic(id, parseInput(topicForm, { name }).name, context);
      await note(req, res, 'topic.rename', `topic ${id}`, change);
      done(res, '/console/topics', 'topic.rename');
    };
    await orSay(res, acts, (said) => draw(req, res, { wrong: { id, name, ...said } }));
  });

  router.get('/topics/sources/:id', async (req, res) => drawSource(req, res, await sourceOf(req), {}));

  router.post('/topics/sources/:id', requireRole('editor'), async (req, res) => {
    const source = await sourceOf(req);
    const makes = req.body?.makes_topics === 'yes';
    await makeTopicsOf(source.id, makes, context);
    await note(req, res, 'source.topics', `source ${source.id}`, { after: { makesTopics: makes } });
    done(res, placeOf(source.id), 'source.topics');
  });

  router.post('/topics/sources/:id/rules', requireRole('editor'), async (req, res) => {
    const source = await sourceOf(req);
    const [kind, name, topic] = [typed(req.body?.kind), typed(req.body?.name), typed(req.body?.topic)];
    const acts = async () => {
      const input = parseInput(ruleForm, { kind, name, topic, does: typed(req.body?.does) });
      const { after } = await addRule(source.id, input, context);
      await note(req, res, 'topic.map', `source ${source.id}`, { after });
      done(res, placeOf(source.id), 'topic.map');
    };
    await orSay(res, acts, (said) =>
      drawSource(req, res, source, { wrong: { kind, name, topic, inList: req.body?.from === 'list', ...said } }),
    );
  });

  router.post('/topics/rules/:id/remove', requireRole('editor'), async (req, res) => {
    const { sourceId, ...change } = await removeRule(idFrom(req.params.id, 'rule'), context);
    await note(req, res, 'topic.unmap', `source ${sourceId}`, change);
    done(res, placeOf(sourceId), 'topic.unmap');
  });

  const note = (req: Request, res: Response, act: string, subject: string, change: object) =>
    audit.note({ ...actorOf(req, res), act, subject, ...change });

  const placeOf = (sourceId: number) => `/console/topics/sources/${sourceId}`;

  async function sourceOf(req: Request): Promise<Source> {
    const source = await sources.source(idFrom(req.params.id, 'source'));
    if (!source) throw new NotFound('source');
    return source;
  }

  async function draw(req: Request, res: Response, said: object): Promise<void> {
    const { after } = pageOf(req);
    const since = new Date(clock.now().getTime() - WEEK_MS);
    const [listed, sources] = await Promise.all([
      topics.page(after, SHOWN, since),
      topics.sources(cursorIn(req.query.sources), SHOWN),
    ]);
    await show(res, 'topics', {
      ...{ title: 'Topics', at: 'topics', done: doneOf(req, res), topics: listed, sources },
      next: listed.length === SHOWN ? listed.at(-1)?.id : undefined,
      moreSources: sources.length === SHOWN ? sources.at(-1)?.id : undefined,
      ...said,
    });
  }

  async function drawSource(req: Request, res: Response, source: Source, said: object): Promise<void> {
    const [names, rules, choices] = await Promise.all([
      namesOfSource(source.id, SHOWN, context),
      topics.rules(source.id, CHOICES),
      topics.names(CHOICES),
    ]);
    await show(res, 'topic-names', {
      ...{ title: `Topics of ${source.name ?? source.url}`, at: 'topics', done: doneOf(req, res) },
      ...{
        source: { id: source.id, label: source.name ?? source.url },
        names: names.listed,
        makesTopics: names.makesTopics,
      },
      ...{ rules, choices, ...said },
    });
  }

  return router;
}

/** The page has two lists; this is the second one's. */
const cursorIn = (value: unknown): number => (/^\d{1,9}$/.test(typed(value)) ? Number(value) : 0);
