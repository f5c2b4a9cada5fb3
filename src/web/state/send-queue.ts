import { KaiwaError, type Room } from '../../client/index.ts';
import {
  type MessageChange,
  type OutgoingMessage,
  type PendingChange,
  type SendStatus,
  unconfirmed,
  withStatus,
} from '../model/outgoing.ts';

/** What a room’s sending is made of. */
export interface SendQueueOptions {
  /** The room, as soon as one is in it. */
  readonly room: Promise<Room>;
  /** What was on its way when the page was left. */
  readonly outgoing: readonly OutgoingMessage[];
  readonly onChange: () => void;
}

/**
 * What one sends to a room: messages, and changes of them. Each is shown from when it was asked for
 * until it has come back through the log. One that failed is sent again with the same id.
 */
export class SendQueue {
  outgoing: readonly OutgoingMessage[];
  changes: readonly PendingChange[] = [];
  readonly #options: SendQueueOptions;
  /** The log was given out up to here. */
  #confirmedSeq = 0;

  constructor(options: SendQueueOptions) {
    this.#options = options;
    this.outgoing = options.outgoing;
  }

  /** Sends what was on its way when the page was left. */
  resume(): void {
    for (const message of this.outgoing) {
      if (message.progress.state !== 'failed') void this.#sendMessage(message);
    }
  }

  /** Says something. */
  send(text: string, replyTo: number | undefined): void {
    const reply = replyTo === undefined ? {} : { replyTo };
    const message: OutgoingMessage = {
      id: createId(),
      text,
      ...reply,
      sentAt: Date.now(),
      progress: sendingStatus,
    };
    this.outgoing = [...this.outgoing, message];
    void this.#sendMessage(message);
  }

  /** Changes a message. */
  amend(target: number, change: MessageChange): void {
    const pending: PendingChange = { id: createId(), target, change, progress: sendingStatus };
    this.changes = [...this.changes, pending];
    void this.#sendChange(pending);
  }

  /** Sends again what failed. */
  retry(id: string): void {
    const message = this.outgoing.find((item) => item.id === id);
    const change = this.changes.find((item) => item.id === id);
    this.#setStatus(id, sendingStatus);
    if (message) void this.#sendMessage(message);
    if (change) void this.#sendChange(change);
  }

  /** Gives up what failed. */
  discard(id: string): void {
    this.outgoing = this.outgoing.filter((item) => item.id !== id);
    this.changes = this.changes.filter((item) => item.id !== id);
    this.#options.onChange();
  }

  /** An event came through the log: the changes up to there have come back. */
  confirm(seq: number): void {
    this.#confirmedSeq = Math.max(this.#confirmedSeq, seq);
    this.changes = unconfirmed(this.changes, this.#confirmedSeq);
  }

  /** Drops the drafts that have come back, or were there all along. */
  dropConfirmed(isConfirmed: (id: string, seq: number | undefined) => boolean): void {
    this.outgoing = this.outgoing.filter(
      ({ id, progress }) => !isConfirmed(id, progress.state === 'sent' ? progress.seq : undefined),
    );
  }

  async #sendMessage({ id, text, replyTo }: OutgoingMessage): Promise<void> {
    await this.#track(id, async () => {
      const room = await this.#options.room;
      return room.send(text, { id, ...(replyTo !== undefined && { replyTo }) });
    });
  }

  async #sendChange({ id, target, change }: PendingChange): Promise<void> {
    await this.#track(id, async () => {
      const room = await this.#options.room;
      if (change.kind === 'edit') return room.edit(target, change.text, { id });
      if (change.kind === 'delete') return room.delete(target, { id });
      return room.react(target, change.emoji, change.on, { id });
    });
  }

  async #track(id: string, send: () => Promise<{ readonly seq: number }>): Promise<void> {
    this.#options.onChange();
    try {
      const { seq } = await send();
      this.#setStatus(id, { state: 'sent', seq });
    } catch (thrown) {
      const code = thrown instanceof KaiwaError ? thrown.code : 'internal';
      this.#setStatus(id, { state: 'failed', code });
    }
    this.changes = unconfirmed(this.changes, this.#confirmedSeq);
    this.#options.onChange();
  }

  #setStatus(id: string, progress: SendStatus): void {
    this.outgoing = withStatus(this.outgoing, id, progress);
    this.changes = withStatus(this.changes, id, progress);
  }
}

const sendingStatus: SendStatus = { state: 'sending' };

/** 128 random bits: `crypto.randomUUID` is not there on a page without TLS. */
function createId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
