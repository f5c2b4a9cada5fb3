import { KaiwaError, type Room } from '../../client/index.ts';
import { randomHex } from '../lib/random-hex.ts';
import {
  type MessageChange,
  type OutgoingMessage,
  type PendingChange,
  type SendStatus,
  unconfirmed,
  withStatus,
} from '../model/outgoing.ts';
import { Observable } from './observable.ts';

const sendingStatus: SendStatus = { state: 'sending' };

/** A random id of 128 bits. */
const createId = (): string => randomHex(16);

/**
 * The messages and changes that the user sends to a room. The page shows each from the user's action
 * until the log confirms it. A retry of a failed send uses the same id.
 */
export class SendQueue extends Observable {
  outgoing: readonly OutgoingMessage[];
  changes: readonly PendingChange[] = [];
  readonly #room: Promise<Room>;
  /** The last seq that the client has delivered. */
  #confirmedSeq = 0;

  /** `room` resolves once the user has joined. `outgoing` was saved before a reload. */
  constructor(room: Promise<Room>, outgoing: readonly OutgoingMessage[]) {
    super();
    this.#room = room;
    this.outgoing = outgoing;
  }

  /** Sends the messages that were under way before a reload. */
  resume(): void {
    for (const message of this.outgoing) {
      if (message.progress.state !== 'failed') void this.#sendMessage(message);
    }
  }

  /** Sends a message. */
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

  /** Edits, deletes or reacts to a message. */
  amend(target: number, change: MessageChange): void {
    const pending: PendingChange = { id: createId(), target, change, progress: sendingStatus };
    this.changes = [...this.changes, pending];
    void this.#sendChange(pending);
  }

  /** Sends a failed message or change again. */
  retry(id: string): void {
    const message = this.outgoing.find((item) => item.id === id);
    const change = this.changes.find((item) => item.id === id);
    this.#setStatus(id, sendingStatus);
    if (message) void this.#sendMessage(message);
    if (change) void this.#sendChange(change);
  }

  /** Drops a failed message or change. */
  discard(id: string): void {
    this.outgoing = this.outgoing.filter((item) => item.id !== id);
    this.changes = this.changes.filter((item) => item.id !== id);
    this.notify();
  }

  /** Drops the changes that are stored at a seq of at most `seq`, since their events were delivered. */
  confirm(seq: number): void {
    this.#confirmedSeq = Math.max(this.#confirmedSeq, seq);
    this.changes = unconfirmed(this.changes, this.#confirmedSeq);
  }

  /** Drops the messages for which `isConfirmed` returns true. */
  dropConfirmed(isConfirmed: (id: string, seq: number | undefined) => boolean): void {
    this.outgoing = this.outgoing.filter(
      ({ id, progress }) => !isConfirmed(id, progress.state === 'sent' ? progress.seq : undefined),
    );
  }

  async #sendMessage({ id, text, replyTo }: OutgoingMessage): Promise<void> {
    await this.#track(id, async () => {
      const room = await this.#room;
      return room.send(text, { id, ...(replyTo !== undefined && { replyTo }) });
    });
  }

  async #sendChange({ id, target, change }: PendingChange): Promise<void> {
    await this.#track(id, async () => {
      const room = await this.#room;
      if (change.kind === 'edit') return room.edit(target, change.text, { id });
      if (change.kind === 'delete') return room.delete(target, { id });
      return room.react(target, change.emoji, change.on, { id });
    });
  }

  async #track(id: string, send: () => Promise<{ readonly seq: number }>): Promise<void> {
    this.notify();
    try {
      const { seq } = await send();
      this.#setStatus(id, { state: 'sent', seq });
    } catch (thrown) {
      const code = thrown instanceof KaiwaError ? thrown.code : 'internal';
      this.#setStatus(id, { state: 'failed', code });
    }
    this.changes = unconfirmed(this.changes, this.#confirmedSeq);
    this.notify();
  }

  #setStatus(id: string, progress: SendStatus): void {
    this.outgoing = withStatus(this.outgoing, id, progress);
    this.changes = withStatus(this.changes, id, progress);
  }
}
