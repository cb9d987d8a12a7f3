// Where most readers have their mail, and the real neighbours that one letter would lead to.
const POPULAR =
  `aol.com bluewin.ch btinternet.com comcast.net freenet.de gmail.com gmx.at gmx.ch gmx.de gmx.net googlemail.com
  hotmail.co.uk hotmail.com hotmail.fr icloud.com laposte.net libero.it live.com mac.com me.com msn.com orange.fr
  outlook.com outlook.de posteo.de proton.me protonmail.com sky.com t-online.de verizon.net web.de yahoo.co.uk
  yahoo.com yahoo.de yahoo.fr`.split(/\s+/);
const NEIGHBOURS = [
  'mail.com',
  'email.com',
  'ymail.com',
  'gmx.com',
  'live.co.uk',
  'live.de',
  'hotmail.de',
  'hotmail.it',
];
const REAL = new Set([
  ...POPULAR,
  ...NEIGHBOURS,
  'yahoo.it',
  'yahoo.ca',
  'yahoo.es',
  'outlook.fr',
  'orange.com',
  'aim.com',
]);
/** In a name as short as `me.com` every other one is a neighbour. */
const SHORTEST = 7;

/** A popular domain that is one slip of a finger away: a letter too many, too few, another, or two in the wrong order. */
export function didYouMean(domain: string): string | undefined {
  if (REAL.has(domain)) return undefined;
  return POPULAR.find((popular) => popular.length >= SHORTEST && isOneSlip(domain, popular));
}

function isOneSlip(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let at = 0;
  while (a[at] === b[at]) at += 1;
  const [restA, restB] = [a.slice(at), b.slice(at)];
  const swapped = restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
  return swapped || restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1);
}
