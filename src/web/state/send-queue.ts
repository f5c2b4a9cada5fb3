import { KaiwaError, type Room } from '../../client/index.ts';
import {
  advanced,
  type Change,
  type Draft,
  outstanding,
  type PendingChange,
  type Progress,
} from '../model/outgoing.ts';

/** What a room’s sending is made of. */
export interface SendingOptions {
  /** The room, as soon as one is in it. */
  readonly room: Promise<Room>;
  /** What was on its way when the page was left. */
  readonly drafts: readonly Draft[];
  readonly onChange: () => void;
}

/**
 * What one sends to a room: messages, and changes of them. Each is shown from when it was asked for
 * until it has come back through the log. One that failed is sent again with the same id.
 */
export class Sending {
  drafts: readonly Draft[];
  changes: readonly PendingChange[] = [];
  readonly #options: SendingOptions;
  /** The log was given out up to here. */
  #upTo = 0;

  constructor(options: SendingOptions) {
    this.#options = options;
    this.drafts = options.drafts;
  }

  /** Sends what was on its way when the page was left. */
  resume(): void {
    for (const draft of this.drafts) {
      if (draft.progress.state !== 'failed') void this.#send(draft);
    }
  }

  /** Says something. */
  say(text: string, replyTo: number | undefined): void {
    const reply = replyTo === undefined ? {} : { replyTo };
    const draft: Draft = { id: newId(), text, ...reply, sentAt: Date.now(), progress: sending };
    this.drafts = [...this.drafts, draft];
    void this.#send(draft);
  }

  /** Changes a message. */
  change(target: number, change: Change): void {
    const pending: PendingChange = { id: newId(), target, change, progress: sending };
    this.changes = [...this.changes, pending];
    void this.#apply(pending);
  }

  /** Sends again what failed. */
  retry(id: string): void {
    const draft = this.drafts.find((one) => one.id === id);
    const change = this.changes.find((one) => one.id === id);
    this.#advance(id, sending);
    if (draft) void this.#send(draft);
    if (change) void this.#apply(change);
  }

  /** Gives up what failed. */
  discard(id: string): void {
    this.drafts = this.drafts.filter((one) => one.id !== id);
    this.changes = this.changes.filter((one) => one.id !== id);
    this.#options.onChange();
  }

  /** An event came through the log: the changes up to there have come back. */
  cameBack(seq: number): void {
    this.#upTo = Math.max(this.#upTo, seq);
    this.changes = outstanding(this.changes, this.#upTo);
  }

  /** Drops the drafts that have come back, or were there all along. */
  drop(isThere: (id: string, seq: number | undefined) => boolean): void {
    this.drafts = this.drafts.filter(
      ({ id, progress }) => !isThere(id, progress.state === 'sent' ? progress.seq : undefined),
    );
  }

  async #send({ id, text, replyTo }: Draft): Promise<void> {
    await this.#follow(id, async () => {
      const room = await this.#options.room;
      return room.send(text, { id, ...(replyTo !== undefined && { replyTo }) });
    });
  }

  async #apply({ id, target, change }: PendingChange): Promise<void> {
    await this.#follow(id, async () => {
      const room = await this.#options.room;
      if (change.kind === 'edit') return room.edit(target, change.text, { id });
      if (change.kind === 'delete') return room.delete(target, { id });
      return room.react(target, change.emoji, change.on, { id });
    });
  }

  async #follow(id: string, send: () => Promise<{ readonly seq: number }>): Promise<void> {
    this.#options.onChange();
    try {
      const { seq } = await send();
      this.#advance(id, { state: 'sent', seq });
    } catch (thrown) {
      const code = thrown instanceof KaiwaError ? thrown.code : 'internal';
      this.#advance(id, { state: 'failed', code });
    }
    this.changes = outstanding(this.changes, this.#upTo);
    this.#options.onChange();
  }

  #advance(id: string, progress: Progress): void {
    this.drafts = advanced(this.drafts, id, progress);
    this.changes = advanced(this.changes, id, progress);
  }
}

const sending: Progress = { state: 'sending' };

/** 128 random bits: `crypto.randomUUID` is not there on a page without TLS. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
