/** What a reader may give as the reason for leaving, in the order in which the page asks. */
export const leavingReasons = {
  'too-many': 'Too many emails',
  'not-relevant': 'Not about what I care for',
  'read-elsewhere': 'I read you on the site or in the app',
  'never-asked': 'I never asked for it',
  other: 'Something else',
} as const;

export type LeavingReason = keyof typeof leavingReasons;

export const isLeavingReason = (text: unknown): text is LeavingReason =>
  typeof text === 'string' && Object.hasOwn(leavingReasons, text);
