import { isLeavingReason, type LeavingReason } from './leaving-reasons.ts';

/** What somebody at an unsubscribe link wants. */
export interface LeavingInput {
  /** RFC 8058: sent by a mailbox or a program, not by a page of ours. */
  oneClick: boolean;
  /** Names itself a one-click request. */
  mailbox: boolean;
  choice: 'this' | 'all' | 'undo' | 'why' | 'less' | 'pause' | 'undo-stay';
  scope: 'this' | 'all';
  reason: LeavingReason | null;
  remark: string | null;
  goodbye: boolean;
  /** `week`, `month`, or a date. */
  until: string;
  /** As it was before the reader chose to stay on other terms. */
  was: string;
}

const choices: LeavingInput['choice'][] = ['this', 'all', 'undo', 'why', 'less', 'pause', 'undo-stay'];
const LONGEST_REMARK = 500;

/**
 * Reads whatever was posted, and never refuses it: a body that says nothing means "stop".
 * @param type the media type, in whatever state it came
 */
export function readLeaving(type: string | undefined, body: Buffer): LeavingInput {
  const ours = /^application\/x-www-form-urlencoded\b/i.test(type?.trim() ?? '');
  const fields = new URLSearchParams(ours ? body.toString('utf8') : '');
  const multipart = /^multipart\//i.test(type?.trim() ?? '');
  const mailbox = multipart || fields.has('List-Unsubscribe');
  const choice = mailbox ? undefined : choices.find((one) => one === fields.get('choice'));
  const reason = fields.get('reason');
  return {
    oneClick: !choice,
    mailbox,
    choice: choice ?? 'this',
    scope: fields.get('scope') === 'all' ? 'all' : 'this',
    reason: isLeavingReason(reason) ? reason : null,
    remark: remarkIn(fields.get('remark') ?? ''),
    goodbye: fields.has('goodbye'),
    until: (fields.get('for') === 'date' ? fields.get('date') : fields.get('for'))?.slice(0, 20) ?? '',
    was: fields.get('was')?.slice(0, 20) ?? '',
  };
}

/** What no column can hold goes; line breaks stay. */
function remarkIn(text: string): string | null {
  const clean = text
    .replace(/\r\n?/g, '\n')
    .replace(/(?!\n)\p{Cc}/gu, ' ')
    .toWellFormed()
    .trim();
  return [...clean].slice(0, LONGEST_REMARK).join('').trim() || null;
}
