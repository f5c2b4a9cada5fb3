import type { Client, Room, RoomEvent, User } from '../../client/index.ts';
import { KaiwaError } from '../../client/index.ts';
import { type Message, toMessage } from '../model/message.ts';
import { applyOptimistic } from '../model/outgoing.ts';
import { ReadReceipts } from '../model/read-receipts.ts';
import { buildTimeline, type TimelineItem } from '../model/timeline-items.ts';
import type { UnreadSnapshot } from '../model/unread.ts';
import { ComposerState } from './composer-state.ts';
import { MemberList } from './member-list.ts';
import { MessageHistory } from './message-history.ts';
import { Observable } from './observable.ts';
import { ReadState } from './read-state.ts';
import type { SavedState } from './saved-state.ts';
import { SendQueue } from './send-queue.ts';
import { TypingIndicator } from './typing-indicator.ts';
import { Viewport } from './viewport.ts';

/** What is around a room. */
export interface RoomContext {
  readonly client: Client;
  readonly savedState: SavedState;
  /** Oneself, once the server has said who that is. */
  readonly self: User | undefined;
  /** Told of everybody whose name is seen. */
  rememberUser(user: User): void;
  /** Told of a message of another one that has just come. */
  announce(room: RoomStore, message: Message): void;
  /** Told that the server should be asked how much is unread. */
  refreshUnread(): void;
}

/** One room that one is in, as the page shows it. */
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
  /** Why the server does not let one be here. */
  rejection: string | undefined;

  constructor(name: string, context: RoomContext) {
    super();
    this.name = name;
    this.#context = context;
    const { client, savedState } = context;
    const { text, drafts: outgoing } = savedState.getDraft(name);
    this.#room = client.join(name, { signal: this.#leaveController.signal });
    const onChange = () => this.notify();
    const markRead = (seq: number) => client.request('markread', { room: name, seq });
    this.history = new MessageHistory(this.#room, () => this.#save());
    this.memberList = new MemberList(client, name, onChange);
    this.typingIndicator = new TypingIndicator(client, name, onChange);
    this.readState = new ReadState({ markRead, onChange });
    this.viewport = new Viewport({ history: this.history, readState: this.readState, onChange });
    this.composer = new ComposerState(text, onChange);
    this.sendQueue = new SendQueue({ room: this.#room, outgoing, onChange: () => this.#save() });
    this.sendQueue.resume();
    this.#room.then((room) => this.#listen(room)).catch((thrown) => this.#setRejection(thrown));
  }

  /** Resolves when one is in the room. */
  async whenJoined(): Promise<void> {
    await this.#room;
  }

  /** Its lines. */
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

  /** Who has read just so far, by the numbers of the messages. */
  get readers(): ReadonlyMap<number, readonly User[]> {
    return this.#readReceipts.byMessage(this.history.timeline.messages);
  }

  /** Writes; the others are told that one does. */
  setText(text: string): void {
    this.composer.text = text;
    this.typingIndicator.notify(text !== '');
    this.#save();
  }

  /** Sends what one has written. */
  send(): void {
    const composed = this.composer.takeText();
    if (!composed) return;
    this.typingIndicator.onSent();
    this.viewport.onOwnMessage();
    this.sendQueue.send(composed.text, composed.replyTo?.seq);
  }

  /** The server has counted what is unread. */
  setUnread(snapshot: UnreadSnapshot, readSeq: number): void {
    this.readState.setUnread(snapshot, readSeq);
    this.viewport.onUnreadKnown();
    this.notify();
  }

  /** It is shown from now on. */
  open(): void {
    this.viewport.open();
    this.resume();
  }

  /** It is shown, and there is a connection again. */
  resume(): void {
    this.history.loadLatest();
    this.#room.then(() => this.memberList.refresh()).catch(() => {});
    this.notify();
  }

  /** It is not shown any more. */
  close(): void {
    this.composer.editing = undefined;
    this.viewport.close();
  }

  /** Leaves it for good. */
  async leave(): Promise<void> {
    this.#leaveController.abort(new KaiwaError('closed', 'Left.'));
    this.readState.dispose();
    this.typingIndicator.dispose();
    await this.#room.then((room) => room.leave()).catch(() => {});
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
    room.on('typing', ({ from, typing }) =>
      handle(from, () => this.#isSelf(from) || this.typingIndicator.update(from, typing)),
    );
    room.on('end', (thrown) => thrown && this.#setRejection(thrown));
  }

  #applyEvent(event: Exclude<RoomEvent, { type: 'incomplete' }>): void {
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
    this.#context.announce(this, toMessage(event));
  }

  #onRead(user: User, seq: number): void {
    if (!this.#isSelf(user)) this.#readReceipts.update(user, seq);
    else if (!this.readState.markReadElsewhere(seq)) this.#context.refreshUnread();
  }

  #isSelf({ userId }: User): boolean {
    return userId === this.#context.self?.userId;
  }

  /** What is not sent yet outlives the page. */
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
