/** What a reader may give as the reason for leaving, as staff read it. */
export const leavingReasons = {
  'too-many': 'Too many emails',
  'not-relevant': 'Not about what I care for',
  'read-elsewhere': 'I read you on the site or in the app',
  'never-asked': 'I never asked for it',
  other: 'Something else',
} as const;

/** The same as the reader is asked: the names of messages. */
export const leavingQuestions: Record<LeavingReason, string> = {
  'too-many': 'leaving.reason.too-many',
  'not-relevant': 'leaving.reason.not-relevant',
  'read-elsewhere': 'leaving.reason.read-elsewhere',
  'never-asked': 'leaving.reason.never-asked',
  other: 'leaving.reason.other',
};

export type LeavingReason = keyof typeof leavingReasons;

export const isLeavingReason = (text: unknown): text is LeavingReason =>
  typeof text === 'string' && Object.hasOwn(leavingReasons, text);
