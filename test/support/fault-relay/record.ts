import { type FileHandle, open } from 'node:fs/promises';
import type { Acceptance } from './plan.ts';

/** A file that holds one line per accepted message, on disk before the relay says 250: it survives any kill. */
export class Record {
  readonly #file: Promise<FileHandle>;
  #waiting: { line: string; written: () => void }[] = [];
  #writing = false;
  accepted = 0;

  constructor(path: string) {
    this.#file = open(path, 'a');
  }

  keep(acceptance: Acceptance): Promise<void> {
    return new Promise((written) => {
      this.#waiting.push({ line: `${JSON.stringify(acceptance)}\n`, written });
      void this.#write();
    });
  }

  // Whoever comes while the disk is busy shares the next fsync.
  async #write(): Promise<void> {
    if (this.#writing) return;
    this.#writing = true;
    const file = await this.#file;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      await file.appendFile(batch.map(({ line }) => line).join(''));
      await file.sync();
      this.accepted += batch.length;
      for (const { written } of batch) written();
    }
    this.#writing = false;
  }
}

const INVITATION = /https?:\/\/[^\s"]+\/console\/invitation\/[\w.~-]+/;

/** What the oracle needs of a message; folded headers are joined (RFC 5322 §2.2.3). */
export function acceptanceOf(to: string, message: Buffer): Acceptance {
  const head = message.toString('latin1').split('\r\n\r\n', 1)[0] ?? '';
  const unfolded = head.replace(/\r\n[ \t]+/g, ' ');
  const header = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(unfolded)?.[1]?.trim() ?? '';
  return {
    to,
    messageId: header('Message-ID'),
    inReplyTo: header('In-Reply-To'),
    invitation: INVITATION.exec(message.toString('latin1').replace(/=\r\n/g, ''))?.[0] ?? '',
    listId: header('List-Id'),
    feedbackId: header('Feedback-ID'),
    at: Date.now(),
  };
}
