import type { Tokens } from '../kernel/tokens.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import type { MailIdentity } from '../platform/mail/identity.ts';
import { compileTemplate, type MessageTemplate } from '../platform/mail/message-template.ts';
import type { Envelope } from '../platform/mail/reply.ts';
import { senderOf } from '../platform/mail/sender.ts';
import type { WireMessage } from '../platform/mail/wire-message.ts';
import type { Brand } from '../platform/view/brand.ts';
import { oneClick, waysOut } from '../subscribers/account-headers.ts';
import { preferencesToken } from '../subscribers/preferences-token.ts';
import type { Claimed } from './delivery.ts';
import type { StoredVariant } from './store.ts';

interface Needs {
  ledger: { variant(editionId: number, id: number): Promise<StoredVariant | undefined> };
  newsletters: { brand(): Promise<Brand> };
  identity: MailIdentity;
  tokens: Tokens;
  baseUrl: string;
  clock: { now(): Date };
}

/** Compiled variants, by edition and variant: as many as a few large editions have, at some 40 kB each. */
const KEPT = 200;

interface Compiled {
  template: MessageTemplate;
  chain: number[];
  /** Of this content in a browser: it names no reader. */
  viewUrl: string;
}

/** The mails of editions: each variant is compiled once in a process, and filled for each reader. */
export class EditionMails {
  readonly #needs: Needs;
  readonly #compiled = new Map<string, Promise<Compiled>>();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** @throws when the variant cannot be composed; it is then read anew the next time */
  async of(row: Claimed, newsletter: Newsletter): Promise<{ message: WireMessage; envelope: Envelope }> {
    const key = `${row.editionId}.${row.variantId}`;
    try {
      return this.#fill(await this.#template(key, row, newsletter), row, newsletter);
    } catch (error) {
      this.#compiled.delete(key);
      throw error;
    }
  }

  #fill({ template, chain, viewUrl }: Compiled, row: Claimed, newsletter: Newsletter) {
    const { identity, tokens, baseUrl, clock } = this.#needs;
    const token = tokens.seal('unsubscribe', [row.subscriberId, newsletter.id, row.editionId]);
    const stamp = identity.stamp(row);
    const message = template.fill({
      to: { address: row.email },
      date: clock.now(),
      messageId: identity.messageId(stamp),
      // The mails that were wrong: a mail client shows all of them as one conversation.
      goesOnFrom: chain.map((editionId) => identity.messageId(identity.stamp({ ...row, editionId }))),
      unsubscribe: waysOut(token, { identity, baseUrl }),
      slots: {
        unsubscribe_url: `${baseUrl}/unsubscribe/${token}`,
        preferences_url: `${baseUrl}/preferences/${preferencesToken(row.subscriberId, tokens, clock.now())}`,
        archive_url: viewUrl,
      },
    });
    return { message, envelope: { from: identity.bounceAddress(stamp), to: row.email } };
  }

  #template(key: string, { editionId, variantId }: Claimed, newsletter: Newsletter): Promise<Compiled> {
    const known = this.#compiled.get(key);
    if (known) return known;
    const compiling = this.#compile(editionId, variantId, newsletter);
    this.#compiled.set(key, compiling);
    const oldest = this.#compiled.keys().next().value;
    if (this.#compiled.size > KEPT && oldest) this.#compiled.delete(oldest);
    return compiling;
  }

  async #compile(editionId: number, variantId: number, newsletter: Newsletter): Promise<Compiled> {
    const { ledger, newsletters, identity, tokens, baseUrl } = this.#needs;
    const [variant, brand] = await Promise.all([ledger.variant(editionId, variantId), newsletters.brand()]);
    if (!variant) throw new Error(`edition ${editionId} lacks variant ${variantId}`);
    const { chain, ...content } = variant;
    const template = await compileTemplate({
      ...senderOf(newsletter, brand, identity),
      ...content,
      threaded: chain.length > 0,
      headers: {
        'List-Id': `<${newsletter.slug}.${identity.domain}>`,
        ...oneClick,
        'Feedback-ID': `${editionId}:${newsletter.slug}:${newsletter.kind}:daybreak`,
      },
    });
    const view = tokens.seal('view', [editionId, variantId]);
    return { template, chain, viewUrl: `${baseUrl}/archive/${newsletter.slug}/${editionId}/${view}` };
  }
}
