import type { Mended } from '../editions/mend-variant.ts';
import type { Tokens } from '../kernel/tokens.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import type { MailIdentity } from '../platform/mail/identity.ts';
import type { MessageTemplate } from '../platform/mail/message-template.ts';
import type { Envelope } from '../platform/mail/reply.ts';
import type { WireMessage } from '../platform/mail/wire-message.ts';
import type { Brand } from '../platform/view/brand.ts';
import { waysOut } from '../subscribers/account-headers.ts';
import { preferencesToken } from '../subscribers/preferences-token.ts';
import type { Claimed } from './delivery.ts';
import { editionMessage } from './edition-message.ts';
import type { StoredVariant } from './store.ts';

interface Needs {
  ledger: { variant(editionId: number, id: number): Promise<StoredVariant | undefined> };
  newsletters: { brand(): Promise<Brand> };
  identity: MailIdentity;
  tokens: Tokens;
  baseUrl: string;
  clock: { now(): Date };
  /** Lays a variant out again when its articles have changed. */
  mend(editionId: number, variantId: number): Promise<Mended>;
}

export interface Mail {
  message: WireMessage;
  envelope: Envelope;
}

/** Compiled variants, by edition and variant: as many as a few large editions have, at some 40 kB each. */
const KEPT = 200;

interface Compiled {
  /** Null when nothing is left to tell. */
  template: MessageTemplate | null;
  chain: number[];
  /** Of this content in a browser: it names no reader. */
  viewUrl: string;
  /** How often articles had changed when it was last looked at. */
  articlesAt: number;
}

/** The mails of editions: each variant is compiled once in a process, and filled for each reader. */
export class EditionMails {
  readonly #needs: Needs;
  readonly #compiled = new Map<string, Promise<Compiled>>();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /**
   * Undefined when every article of it was withdrawn since it was laid out.
   * @throws when the variant cannot be composed; it is then read anew the next time
   */
  async of(row: Claimed, newsletter: Newsletter): Promise<Mail | undefined> {
    const key = `${row.editionId}.${row.variantId}`;
    try {
      const compiled = await this.#upToDate(key, row, newsletter);
      return compiled.template ? this.#fill(compiled.template, compiled, row, newsletter) : undefined;
    } catch (error) {
      this.#compiled.delete(key);
      throw error;
    }
  }

  /** As it is stored, whatever has become of its articles: nothing is laid out again. */
  async stored(row: Claimed, newsletter: Newsletter): Promise<Mail> {
    const { template, ...compiled } = await this.#compile(row.editionId, row.variantId, newsletter);
    return this.#fill(template, compiled, row, newsletter);
  }

  #fill(
    template: MessageTemplate,
    { chain, viewUrl }: Pick<Compiled, 'chain' | 'viewUrl'>,
    row: Claimed,
    newsletter: Newsletter,
  ): Mail {
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

  async #upToDate(key: string, row: Claimed, newsletter: Newsletter): Promise<Compiled> {
    for (let known = this.#compiled.get(key); known; known = this.#compiled.get(key)) {
      const compiled = await known;
      if (compiled.articlesAt >= row.articlesAt) return compiled;
      // Others who wait for the same have it looked at once.
      if (this.#compiled.get(key) === known) return this.#keep(key, this.#lookAgain(compiled, row, newsletter));
    }
    return this.#keep(key, this.#lookAgain(undefined, row, newsletter));
  }

  async #lookAgain(known: Compiled | undefined, row: Claimed, newsletter: Newsletter): Promise<Compiled> {
    const { editionId, variantId, articlesAt } = row;
    const mended = await this.#needs.mend(editionId, variantId);
    if (mended === 'nothing') return { template: null, chain: [], viewUrl: '', articlesAt };
    if (mended === 'same' && known) return { ...known, articlesAt };
    return { ...(await this.#compile(editionId, variantId, newsletter)), articlesAt };
  }

  #keep(key: string, compiling: Promise<Compiled>): Promise<Compiled> {
    this.#compiled.set(key, compiling);
    const oldest = this.#compiled.keys().next().value;
    if (this.#compiled.size > KEPT && oldest) this.#compiled.delete(oldest);
    return compiling;
  }

  async #compile(editionId: number, variantId: number, newsletter: Newsletter) {
    const { ledger, tokens, baseUrl } = this.#needs;
    const variant = await ledger.variant(editionId, variantId);
    if (!variant) throw new Error(`edition ${editionId} lacks variant ${variantId}`);
    const template = await editionMessage(editionId, variant, newsletter, this.#needs);
    const view = tokens.seal('view', [editionId, variantId]);
    return { template, chain: variant.chain, viewUrl: `${baseUrl}/archive/${newsletter.slug}/${editionId}/${view}` };
  }
}
