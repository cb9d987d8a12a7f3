import type { Request, RequestHandler, Response } from 'express';
import { DomainError } from '../../kernel/errors.ts';
import { truncatedIp } from './limits.ts';

export const roles = ['viewer', 'editor', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Whoever is signed in to the console. */
export interface Staff {
  id: number;
  name: string;
  email: string;
  role: Role;
  twoFactor: boolean;
  sessionToken: string;
  signedInAt: Date;
}

declare global {
  namespace Express {
    interface Locals {
      staff?: Staff;
      /** Whether whoever sent this request is signed in to this moment, and as what they were. */
      stillIn?: () => Promise<boolean>;
    }
  }
}

/** Where every act is written down; `act` is a verb phrase such as `alert.release`, `subject` such as `edition 12`. */
export interface Audit {
  note(
    act: ReturnType<typeof actorOf> & { act: string; subject?: string; before?: object; after?: object },
  ): Promise<void>;
}

/** How long after signing in nobody is asked again who they are. */
export const FRESH_MINUTES = 10;

/** For deeds that cannot be taken back, or that would let somebody else in for good. */
export interface Reauth {
  /** Whether whoever sent this request signed in within so many minutes: when not, the form needs a field `password`. */
  isFresh(res: Response, minutes?: number): boolean;
  /** @throws DomainError `confirm-identity`, unless fresh or the field `password` is right; `locked-out` after too many */
  require(req: Request, res: Response, minutes?: number): Promise<void>;
}

/** Who sent this request. @throws where no door stands before the route */
export function staffOf({ locals }: Response): Staff {
  if (!locals.staff) throw new Error('a route for staff stands outside the door');
  return locals.staff;
}

/** As the audit log names them. */
export function actorOf(req: Request, res: Response) {
  const { id, email } = staffOf(res);
  return { staffId: id, who: email, ipTruncated: truncatedIp(req) };
}

export const mayActAs = ({ role: own }: Pick<Staff, 'role'>, role: Role): boolean =>
  roles.indexOf(own) >= roles.indexOf(role);

/** Each role may do whatever the ones before it may. */
export function requireRole(role: Role): RequestHandler {
  return (_req, res, next) => {
    if (mayActAs(staffOf(res), role)) return next();
    throw new DomainError('role-missing', 'forbidden', `Only staff with the role ${role} may do this. Ask an admin.`);
  };
}
