import type { Request, RequestHandler } from 'express';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { DomainError } from '../../kernel/errors.ts';

class TooMany extends DomainError {
  constructor(seconds: number) {
    super('too-many-requests', 'too-many', 'problem.wait', [], {}, { seconds });
  }
}

/** At most `points` requests per `seconds` from one network: an IPv4 /24 or an IPv6 /64. */
export const limitPerNetwork = (points: number, seconds: number): RequestHandler => limit(points, seconds, networkOf);

/** The same for one address. */
export const limitPerAddress = (points: number, seconds: number): RequestHandler =>
  limit(points, seconds, ({ ip = 'unknown' }) => ip);

/** Counted in this process' memory: a count that all share would cost a write for each request, and be one more thing to fail. */
function limit(points: number, seconds: number, keyOf: (req: Request) => string): RequestHandler {
  const limiter = new RateLimiterMemory({ points, duration: seconds });
  return async (req, res, next) => {
    // This machine itself, or a proxy on it that nobody told us to trust: either way no network to tell apart.
    if (isLoopback(req.ip)) return next();
    try {
      await limiter.consume(keyOf(req));
    } catch (refused) {
      const wait = Math.ceil((refused as { msBeforeNext: number }).msBeforeNext / 1000);
      res.set('Retry-After', String(wait));
      throw new TooMany(wait);
    }
    next();
  };
}

const isLoopback = (ip = ''): boolean => /^(::1|(::ffff:)?127\.)/.test(ip);

/** The network a request comes from, by a name to count under. */
export const networkOf = (req: Request): string => truncatedIp(req) ?? 'unknown';

/** The same, but undefined for this machine itself, which is not counted. */
export const outerNetworkOf = (req: Request): string | undefined => (isLoopback(req.ip) ? undefined : networkOf(req));

/** The client's address without its last part: enough to see a pattern, too little to find a person. */
export function truncatedIp(req: Request): string | undefined {
  const ip = req.ip?.replace(/^::ffff:(?=\d+\.)/, '');
  if (!ip) return undefined;
  if (ip.includes('.')) return ip.replace(/\.\d+$/, '.0');
  return `${expanded(ip).slice(0, 4).join(':')}::`;
}

/** The eight groups of an IPv6 address, `::` written out. */
function expanded(ip: string): string[] {
  const [head = '', tail = ''] = ip.replace(/%.*$/, '').split('::');
  const groups = (part: string) => part.split(':').filter(Boolean);
  const missing = 8 - groups(head).length - groups(tail).length;
  return [...groups(head), ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...groups(tail)];
}

/** What a request says of its sender; control characters never reach the record. */
export const proofOf = (req: Request): { ipTruncated: string | undefined; userAgent: string | undefined } => ({
  ipTruncated: truncatedIp(req),
  userAgent: req
    .get('User-Agent')
    ?.replace(/\p{Cc}/gu, ' ')
    .slice(0, 300),
});
