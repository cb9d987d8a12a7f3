import express, { type Express, type RequestHandler, urlencoded } from 'express';
import helmet from 'helmet';
import { articlesApi } from './articles/routes.ts';
import { sampleArticles } from './articles/sample/routes.ts';
import { sourcePages } from './articles/sources/source-pages-routes.ts';
import { topicPages } from './articles/topics/topic-pages-routes.ts';
import type { Context } from './context.ts';
import { archive } from './deliveries/archive-routes.ts';
import { editionPages } from './deliveries/edition-pages-routes.ts';
import { homePages } from './deliveries/home-pages-routes.ts';
import { previewPages } from './deliveries/preview-pages-routes.ts';
import { deliveriesApi } from './deliveries/routes.ts';
import { alertPages } from './editions/alert-pages-routes.ts';
import { alertProofs } from './editions/alert-proof-pages-routes.ts';
import { articlePages } from './editions/article-pages-routes.ts';
import { digestPages } from './editions/digest-pages-routes.ts';
import { preflightPages } from './editions/preflight-pages-routes.ts';
import { editionsApi } from './editions/routes.ts';
import { deliverabilityPages } from './feedback/deliverability-pages-routes.ts';
import { tracePages } from './feedback/trace-pages-routes.ts';
import { health } from './health-routes.ts';
import { home } from './home-routes.ts';
import { brandPages } from './newsletters/brand-pages-routes.ts';
import { formPages } from './newsletters/form-pages-routes.ts';
import { newsletterPages } from './newsletters/newsletter-pages-routes.ts';
import { newslettersApi } from './newsletters/routes.ts';
import { safetyPages } from './newsletters/safety-pages-routes.ts';
import { openApi } from './openapi-routes.ts';
import { assets } from './platform/http/assets.ts';
import { accepts } from './platform/http/input.ts';
import { notFound, problem } from './platform/http/problem.ts';
import { queueBoard } from './platform/http/queue-board.ts';
import { sameOrigin } from './platform/http/same-origin.ts';
import { account } from './staff/account-routes.ts';
import { auditPages } from './staff/audit-routes.ts';
import { signedIn } from './staff/door-routes.ts';
import { keysPages } from './staff/keys-pages-routes.ts';
import { peoplePages } from './staff/people-routes.ts';
import { apiKey, idempotency, writtenDown } from './staff/routes.ts';
import { signIn } from './staff/sign-in-routes.ts';
import { keptAddresses, newAddresses } from './subscribers/address-routes.ts';
import { subscribersApi } from './subscribers/api-routes.ts';
import { consentPages } from './subscribers/consent-pages-routes.ts';
import { forms } from './subscribers/form-routes.ts';
import { leavingPages } from './subscribers/leaving-pages-routes.ts';
import { confirmations } from './subscribers/link-routes.ts';
import { myDataPages } from './subscribers/my-data-routes.ts';
import { myLink } from './subscribers/my-link-routes.ts';
import { preferences } from './subscribers/preferences-routes.ts';
import { readerPages } from './subscribers/reader-pages-routes.ts';
import { seedPages } from './subscribers/seed-pages-routes.ts';
import { signUpRulePages } from './subscribers/sign-up-rule-pages-routes.ts';
import { suppressionPages } from './subscribers/suppression-pages-routes.ts';
import { unsubscriptions } from './subscribers/unsubscribe-routes.ts';

/** Every route there is. */
export function createApp(context: Context): Express {
  const app = express();
  app.set('trust proxy', context.config.trustProxy);
  app.set('query parser', 'simple');
  app.disable('x-powered-by');
  app.use(helmet(policy));
  app.use(assets(context));

  app.use('/forms', forms(context));
  app.use('/confirm', confirmations(context));
  app.use('/unsubscribe', unsubscriptions(context));
  app.use('/preferences', myDataPages(context), preferences(context));
  app.use('/my-link', myLink(context));
  app.use('/change-of-address', newAddresses(context));
  app.use('/keep-address', keptAddresses(context));
  app.use('/archive', archive(context));
  app.use('/console', sameOrigin(context), consoleBody(), signIn(context), signedIn(context));
  const desk = [homePages, editionPages, previewPages, alertPages, alertProofs, digestPages, preflightPages];
  const content = [articlePages, sourcePages, topicPages];
  const readers = [readerPages, tracePages, consentPages];
  const settings = [
    newsletterPages,
    leavingPages,
    seedPages,
    formPages,
    signUpRulePages,
    brandPages,
    safetyPages,
    suppressionPages,
    deliverabilityPages,
  ];
  const door = [account, peoplePages, keysPages, auditPages, queueBoard];
  for (const area of [...desk, ...content, ...readers, ...settings, ...door]) app.use('/console', area(context));
  app.use('/sample', sampleArticles(context));
  app.use(health(context));
  app.get('/', home(context));

  app.use('/api/v1', openApi());
  app.use('/api/v1', apiKey(context), ...apiBody(), idempotency(context), writtenDown(context));
  for (const area of [articlesApi, newslettersApi, subscribersApi, editionsApi, deliveriesApi]) {
    app.use('/api/v1', area(context));
  }

  app.use(notFound);
  app.use(problem({ ...context, brand: context.newsletters.brand }));
  return app;
}

/** Our pages run no inline code and load nothing from anywhere else, but articles' pictures. */
const policy = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      imgSrc: ["'self'", 'https:', 'data:'],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
      objectSrc: ["'none'"],
    },
  },
  // embed.js is loaded by other sites' pages.
  crossOriginResourcePolicy: { policy: 'cross-origin' as const },
};

/** What a form of ours may hold: an alert's text, and little else. */
const consoleBody = (): RequestHandler => urlencoded({ extended: false, limit: '64kb', parameterLimit: 100 });

/** JSON, except for imports, which stream their CSV. Articles may come by the thousand. */
function apiBody(): RequestHandler[] {
  const [usual, many] = [express.json({ limit: '512kb' }), express.json({ limit: '8mb' })];
  const json: RequestHandler = (req, res, next) =>
    (req.method === 'POST' && req.path === '/articles' ? many : usual)(req, res, next);
  return [accepts('application/json', 'text/csv'), json];
}
