import { type DeliveredEvent, KaiwaError, type Room, type User } from '../../client/index.ts';
import { toMessage } from '../model/message.ts';
import { applyOptimistic } from '../model/outgoing.ts';
import { ReadReceipts } from '../model/read-receipts.ts';
import { buildTimeline, type TimelineItem } from '../model/timeline-items.ts';
import type { UnreadSnapshot } from '../model/unread.ts';
import { ComposerState } from './composer-state.ts';
import { MemberList } from './member-list.ts';
import { MessageHistory } from './message-history.ts';
import { Observable } from './observable.ts';
import { ReadState } from './read-state.ts';
import type { RoomContext } from './room-context.ts';
import { SendQueue } from './send-queue.ts';
import { TypingIndicator } from './typing-indicator.ts';
import { Viewport } from './viewport.ts';

/** The state of a room that the user has joined. */
export class RoomStore extends Observable {
  readonly name: string;
  readonly history: MessageHistory;
  readonly sendQueue: SendQueue;
  readonly memberList: MemberList;
  readonly readState: ReadState;
  readonly typingIndicator: TypingIndicator;
  readonly viewport: Viewport;
  readonly composer: ComposerState;
  readonly #context: RoomContext;
  readonly #room: Promise<Room>;
  readonly #leaveController = new AbortController();
  readonly #readReceipts = new ReadReceipts();
  /** The code of the error that ended the room, if there is one. */
  rejection: string | undefined;

  constructor(name: string, context: RoomContext) {
    super();
    this.name = name;
    this.#context = context;
    const { client, savedState } = context;
    const { text, drafts: outgoing } = savedState.getDraft(name);
    this.#room = client.join(name, { signal: this.#leaveController.signal });
    this.history = new MessageHistory(this.#room);
    this.sendQueue = new SendQueue(this.#room, outgoing);
    this.memberList = new MemberList(client, name);
    this.typingIndicator = new TypingIndicator(client, name);
    this.readState = new ReadState((seq) => client.request('markread', { room: name, seq }));
    this.viewport = new Viewport(this.history, this.readState);
    this.composer = new ComposerState(text);
    this.#observeParts();
    this.sendQueue.resume();
    this.#room.then((room) => this.#listen(room)).catch((thrown) => this.#setRejection(thrown));
  }

  /** Resolves when the user has joined the room. */
  async whenJoined(): Promise<void> {
    await this.#room;
  }

  /** The items of the timeline. */
  get timelineItems(): TimelineItem[] {
    const { messages, isAtEnd } = this.history.timeline;
    const { self } = this.#context;
    return buildTimeline({
      messages: messages.map((message) => applyOptimistic(message, this.sendQueue.changes, self)),
      outgoing: isAtEnd ? this.sendQueue.outgoing : [],
      newAfter: this.viewport.newAfter,
      selfId: self?.userId,
    });
  }

  /** The readers of each message, by seq. */
  get readers(): ReadonlyMap<number, readonly User[]> {
    return this.#readReceipts.byMessage(this.history.timeline.messages);
  }

  /** Sets the text in the composer and sends that the user types. */
  setText(text: string): void {
    this.composer.text = text;
    this.typingIndicator.setTyping(text !== '');
    this.#save();
  }

  /** Sends the content of the composer. */
  send(): void {
    const composed = this.composer.takeText();
    if (!composed) return;
    this.typingIndicator.onSent();
    this.viewport.onOwnMessage();
    this.sendQueue.send(composed.text, composed.replyTo?.seq);
  }

  /** Applies the server's unread count and read marker. */
  setUnread(snapshot: UnreadSnapshot, readSeq: number): void {
    this.readState.setUnread(snapshot, readSeq);
    this.viewport.onUnreadKnown();
    this.notify();
  }

  /** Prepares the room to be shown. */
  open(): void {
    this.viewport.open();
    this.resume();
  }

  /** Loads missing messages and the members, after the room was shown or the client has reconnected. */
  resume(): void {
    this.history.loadLatest();
    this.#room.then(() => this.memberList.refresh()).catch(() => {});
    this.notify();
  }

  /** Records that the page shows another room. */
  close(): void {
    this.composer.editing = undefined;
    this.viewport.close();
  }

  /** Leaves the room. */
  async leave(): Promise<void> {
    this.#leaveController.abort(new KaiwaError('closed', 'Left.'));
    this.readState.dispose();
    this.typingIndicator.dispose();
    await this.#room.then((room) => room.leave()).catch(() => {});
  }

  #observeParts(): void {
    for (const part of [this.history, this.sendQueue]) part.subscribe(() => this.#save());
    const { memberList, typingIndicator, readState, viewport, composer } = this;
    for (const part of [memberList, typingIndicator, readState, viewport, composer]) {
      part.subscribe(() => this.notify());
    }
  }

  #listen(room: Room): void {
    const handle = (from: User, action: () => void) => {
      this.#context.rememberUser(from);
      action();
      this.notify();
    };
    room.on('event', (event) => {
      if (event.type !== 'incomplete') return handle(event.from, () => this.#applyEvent(event));
      this.history.reset();
      this.#context.refreshUnread();
    });
    room.on('joined', ({ from }) => handle(from, () => this.memberList.add(from)));
    room.on('left', ({ from }) => handle(from, () => this.memberList.remove(from)));
    room.on('read', ({ from, seq }) => handle(from, () => this.#onRead(from, seq)));
    room.on('typing', ({ from, typing }) => handle(from, () => this.#onTyping(from, typing)));
    room.on('end', (thrown) => thrown && this.#setRejection(thrown));
  }

  #applyEvent(event: DeliveredEvent): void {
    this.history.applyEvent(event, this.viewport.isAtBottom);
    this.sendQueue.confirm(event.seq);
    if (event.type === 'deleted') this.readState.remove(event.target);
    if (event.type !== 'message') return;
    this.readState.add(event.seq, event.own === true);
    if (event.own) {
      this.#save();
      return;
    }
    this.typingIndicator.update(event.from, false);
    this.memberList.add(event.from);
    this.viewport.onMessage();
    this.#context.announce(this.name, toMessage(event));
  }

  #onRead(user: User, seq: number): void {
    if (!this.#isSelf(user)) this.#readReceipts.update(user, seq);
    else if (!this.readState.markReadElsewhere(seq)) this.#context.refreshUnread();
  }

  #onTyping(user: User, isTyping: boolean): void {
    if (!this.#isSelf(user)) this.typingIndicator.update(user, isTyping);
  }

  #isSelf({ userId }: User): boolean {
    return userId === this.#context.self?.userId;
  }

  /** Saves the unsent content, so that it survives a reload. */
  #save(): void {
    this.sendQueue.dropConfirmed((id, seq) => this.history.timeline.has(id, seq));
    const { outgoing } = this.sendQueue;
    this.#context.savedState.saveDraft(this.name, { text: this.composer.text, drafts: outgoing });
    this.notify();
  }

  #setRejection(thrown: unknown): void {
    if (this.#leaveController.signal.aborted) return;
    this.rejection = thrown instanceof KaiwaError ? thrown.code : 'internal';
    this.notify();
  }
}
