import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { z } from 'zod';
import { DomainError, NotFound } from '../kernel/errors.ts';
import { oneLine } from '../kernel/one-line.ts';
import type { Auth } from './auth.ts';
import { type Answer, type Entered, orElse, web, webOutside } from './auth-call.ts';

export interface Passkey {
  id: number;
  name: string;
  made: Date;
}

class WrongPasskey extends DomainError {
  constructor() {
    super(
      'wrong-passkey',
      'unauthorised',
      'This passkey opens nothing here, or the question was too old. Please try again.',
    );
  }
}

export const passkeyInput = z.object({ name: oneLine(60) });

const base64url = (most: number) =>
  z
    .string()
    .regex(/^[\w-]+$/)
    .max(most);

/** A credential id has at most 1,023 bytes (WebAuthn §4). */
const credential = {
  id: base64url(1364),
  rawId: base64url(1364),
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}).default({}),
};

/** What `PublicKeyCredential.toJSON()` gave, and nothing more of it than is looked at. */
const made = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url(8192),
    attestationObject: base64url(32_768),
    transports: z
      .array(z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']))
      .max(7)
      .default([]),
  }),
});

const used = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url(8192),
    authenticatorData: base64url(8192),
    signature: base64url(8192),
  }),
});

/** The one origin where passkeys of ours can be made and used; none where the address is a number, which browsers refuse. */
export function passkeyOrigin(baseUrl: string): string | undefined {
  const { origin, hostname } = new URL(baseUrl);
  return isIP(hostname.replace(/^\[|\]$/g, '')) ? undefined : origin;
}

/** Keys that a device makes for this site alone and shows only to it, once it has seen its owner's face, finger or PIN. */
export function createPasskeys(auth: () => Promise<Auth>) {
  return {
    passkeys: async (headers: IncomingHttpHeaders): Promise<Passkey[]> => {
      const { api } = await auth();
      const listed = await api.listPasskeys({ headers: web(headers) });
      return listed
        .map(({ id, name, createdAt }) => ({ id: Number(id), name: name ?? '', made: new Date(createdAt) }))
        .toSorted((a, b) => a.id - b.id);
    },

    /** The question that a new passkey answers, for `navigator.credentials.create`. */
    beginPasskey: async (headers: IncomingHttpHeaders): Promise<Answer<object>> => {
      const { api } = await auth();
      const call = { headers: web(headers), query: {}, returnHeaders: true as const };
      const { headers: out, response } = await api.generatePasskeyRegistrationOptions(call);
      return { value: response, cookies: out.getSetCookie() };
    },

    /** @throws WrongPasskey when it does not answer the question that this person was asked, or not for the first time */
    addPasskey: async (answer: unknown, name: string, headers: IncomingHttpHeaders): Promise<Passkey> => {
      const { api } = await auth();
      const response = parse(made, answer);
      const added = await orElse(
        api.verifyPasskeyRegistration({ body: { response, name }, headers: web(headers) }),
        () => new WrongPasskey(),
      );
      return { id: Number(added.id), name, made: new Date(added.createdAt) };
    },

    /** One's own. @throws NotFound for anybody else's */
    removePasskey: async (id: string, headers: IncomingHttpHeaders): Promise<void> => {
      const { api } = await auth();
      await orElse(api.deletePasskey({ body: { id }, headers: web(headers) }), () => new NotFound('passkey'));
    },

    /** The question that any passkey of ours answers, for `navigator.credentials.get`. */
    beginPasskeySignIn: async (headers: IncomingHttpHeaders): Promise<Answer<object>> => {
      const { api } = await auth();
      const call = { headers: webOutside(headers), returnHeaders: true as const };
      const { headers: out, response } = await api.generatePasskeyAuthenticationOptions(call);
      return { value: { ...response, userVerification: 'required' }, cookies: out.getSetCookie() };
    },

    /** Who made the passkey that answers. Proves nothing. */
    ownerOfPasskey: async (answer: unknown): Promise<Entered | undefined> => {
      const { success, data } = used.safeParse(fromJson(answer));
      if (!success) return undefined;
      const { adapter, internalAdapter } = await (await auth()).$context;
      const where = [{ field: 'credentialID', value: data.id }];
      const found = await adapter.findOne<{ userId: string }>({ model: 'passkey', where });
      const user = found && (await internalAdapter.findUserById(found.userId));
      return user ? { id: Number(user.id), email: user.email } : undefined;
    },

    /** Both factors at once. @throws WrongPasskey */
    signInByPasskey: async (answer: unknown, headers: IncomingHttpHeaders): Promise<string[]> => {
      const { api } = await auth();
      const response = parse(used, answer);
      const { headers: out } = await orElse(
        api.verifyPasskeyAuthentication({ body: { response }, headers: webOutside(headers), returnHeaders: true }),
        () => new WrongPasskey(),
      );
      return out.getSetCookie();
    },

    /** However many there are: who loses a device, or the newsroom, loses all of them. */
    forgetPasskeys: async (staffId: number): Promise<void> => {
      const { adapter } = await (await auth()).$context;
      await adapter.deleteMany({ model: 'passkey', where: [{ field: 'userId', value: String(staffId) }] });
    },
  };
}

function parse<S extends z.ZodType>(schema: S, answer: unknown): z.output<S> {
  const { success, data } = schema.safeParse(fromJson(answer));
  if (!success) throw new WrongPasskey();
  return data;
}

/** A field of a form, which may hold anything or be there twice. */
function fromJson(field: unknown): unknown {
  try {
    return JSON.parse(String(field));
  } catch {
    return undefined;
  }
}
