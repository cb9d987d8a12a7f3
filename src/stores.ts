import type { Kysely } from 'kysely';
import { createCorrectionStore } from './articles/correction-store.ts';
import { createQuarantineStore } from './articles/quarantine-store.ts';
import { createHostStore } from './articles/sources/host-store.ts';
import { createPollStore } from './articles/sources/poll-store.ts';
import { createSourceHealthStore } from './articles/sources/source-health-store.ts';
import { createSourcePageStore } from './articles/sources/source-page-store.ts';
import { createSourceStore } from './articles/sources/source-store.ts';
import { createArticleStore } from './articles/store.ts';
import { createTopicRuleStore } from './articles/topics/rule-store.ts';
import { createTopicPageStore } from './articles/topics/topic-page-store.ts';
import { createTopicStore } from './articles/topics/topic-store.ts';
import { createArchiveStore } from './deliveries/archive-store.ts';
import { createArchivedEditionStore } from './deliveries/archived-edition-store.ts';
import { createEditionPageStore } from './deliveries/edition-page-store.ts';
import { createHomeStore } from './deliveries/home-store.ts';
import { createPreviewStore } from './deliveries/preview-store.ts';
import { createReportStore } from './deliveries/report-store.ts';
import { createStockStore } from './deliveries/stock-store.ts';
import { createLedger } from './deliveries/store.ts';
import { createArticlePageStore } from './editions/article-page-store.ts';
import { createCanaryStore } from './editions/canary-store.ts';
import { createComingStore } from './editions/coming-store.ts';
import { createDigestPlanStore } from './editions/digest-plan-store.ts';
import { createDraftStore } from './editions/draft-store.ts';
import { createPlans } from './editions/plan-store.ts';
import { createPreflightStore } from './editions/preflight/preflight-store.ts';
import { createEditionStore } from './editions/store.ts';
import { variantStore } from './editions/variant-store.ts';
import { createDeliverabilityStore } from './feedback/deliverability-store.ts';
import { createFeedbackStore } from './feedback/store.ts';
import { createTraceStore } from './feedback/trace-store.ts';
import { createAuditStore } from './staff/audit-store.ts';
import { createPeopleStore } from './staff/people-store.ts';
import { createStaffStore } from './staff/store.ts';
import { createAbuseStore } from './subscribers/abuse-store.ts';
import { createAddressStore } from './subscribers/address-store.ts';
import { createConsentStore } from './subscribers/consent-store.ts';
import { createDueStore } from './subscribers/due-store.ts';
import { createImportStore } from './subscribers/import-store.ts';
import { createLeavingStore } from './subscribers/leaving-store.ts';
import { createOptInStore } from './subscribers/opt-in-store.ts';
import { createPreferenceStore } from './subscribers/preference-store.ts';
import { createReaderStock } from './subscribers/reader-stock-store.ts';
import { createReaderStore } from './subscribers/reader-store.ts';
import { createSubscriberStore } from './subscribers/store.ts';
import { createSuppressionStore } from './subscribers/suppression-store.ts';

/** The features' SQL, each on the one pool. What more than one of them needs to be made stands in the context. */
export const createStores = (db: Kysely<Record<string, never>>) => ({
  readers: createReaderStore(db),
  preferences: createPreferenceStore(db),
  suppressions: createSuppressionStore(db),
  consents: createConsentStore(db),
  leavings: createLeavingStore(db),
  optIn: createOptInStore(db),
  addresses: createAddressStore(db),
  due: createDueStore(db),
  imports: createImportStore(db),
  topics: createTopicStore(db),
  quarantine: createQuarantineStore(db),
  sources: createSourceStore(db),
  polls: createPollStore(db),
  hosts: createHostStore(db),
  topicPages: createTopicPageStore(db),
  topicRules: createTopicRuleStore(db),
  sourceHealth: createSourceHealthStore(db),
  sourcePages: createSourcePageStore(db),
  articlePages: createArticlePageStore(db),
  editions: createEditionStore(db),
  drafts: createDraftStore(db),
  canaries: createCanaryStore(db),
  coming: createComingStore(db),
  plans: createPlans(db),
  variants: variantStore(db),
  digestPlans: createDigestPlanStore(db),
  preflights: createPreflightStore(db),
  reports: createReportStore(db),
  archives: createArchiveStore(db),
  archivedEditions: createArchivedEditionStore(db),
  editionPages: createEditionPageStore(db),
  previews: createPreviewStore(db),
  stocks: createStockStore(db),
  home: createHomeStore(db),
  stock: createReaderStock(db),
  feedback: createFeedbackStore(db),
  traces: createTraceStore(db),
  samples: createDeliverabilityStore(db),
  staff: createStaffStore(db),
  people: createPeopleStore(db),
  ledger: createLedger(db),
  articles: createArticleStore(db),
  corrections: createCorrectionStore(db),
  subscribers: createSubscriberStore(db),
  rules: createAbuseStore(db),
  audit: createAuditStore(db),
});
