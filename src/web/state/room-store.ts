import type { Client, Person, Room, RoomEvent } from '../../client/index.ts';
import { KaiwaError } from '../../client/index.ts';
import { type Message, messageOf } from '../model/message.ts';
import { expected } from '../model/outgoing.ts';
import { Readers } from '../model/read-receipts.ts';
import { type Row, rowsOf } from '../model/timeline-items.ts';
import type { Counted } from '../model/unread.ts';
import { Writing } from './composer-state.ts';
import { People } from './member-list.ts';
import { History } from './message-history.ts';
import { Observable } from './observable.ts';
import { Reading } from './read-state.ts';
import type { Memory } from './saved-state.ts';
import { Sending } from './send-queue.ts';
import { Typists } from './typing-indicator.ts';
import { Looking } from './viewport.ts';

/** What is around a room. */
export interface Around {
  readonly client: Client;
  readonly memory: Memory;
  /** Oneself, once the server has said who that is. */
  readonly self: Person | undefined;
  /** Told of everybody whose name is seen. */
  know(person: Person): void;
  /** Told of a message of another one that has just come. */
  heard(room: RoomState, message: Message): void;
  /** Told that the server should be asked how much is unread. */
  recount(): void;
}

/** One room that one is in, as the page shows it. */
export class RoomState extends Observable {
  readonly name: string;
  readonly history: History;
  readonly sending: Sending;
  readonly people: People;
  readonly reading: Reading;
  readonly typists: Typists;
  readonly looking: Looking;
  readonly writing: Writing;
  readonly #around: Around;
  readonly #room: Promise<Room>;
  readonly #left = new AbortController();
  readonly #readers = new Readers();
  /** Why the server does not let one be here. */
  refusal: string | undefined;

  constructor(name: string, around: Around) {
    super();
    this.name = name;
    this.#around = around;
    const { client, memory } = around;
    const { text, drafts } = memory.unsent(name);
    this.#room = client.join(name, { signal: this.#left.signal });
    const onChange = () => this.changed();
    const mark = (seq: number) => client.request('markread', { room: name, seq });
    this.history = new History(this.#room, () => this.#keep());
    this.people = new People(client, name, onChange);
    this.typists = new Typists(client, name, onChange);
    this.reading = new Reading({ mark, onChange });
    this.looking = new Looking({ history: this.history, reading: this.reading, onChange });
    this.writing = new Writing(text, onChange);
    this.sending = new Sending({ room: this.#room, drafts, onChange: () => this.#keep() });
    this.sending.resume();
    this.#room.then((room) => this.#listen(room)).catch((thrown) => this.#refused(thrown));
  }

  /** Resolves when one is in the room. */
  async joined(): Promise<void> {
    await this.#room;
  }

  /** Its lines. */
  get rows(): Row[] {
    const { messages, isAtEnd } = this.history.timeline;
    const { self } = this.#around;
    return rowsOf({
      messages: messages.map((message) => expected(message, this.sending.changes, self)),
      drafts: isAtEnd ? this.sending.drafts : [],
      newAfter: this.looking.newAfter,
      selfId: self?.userId,
    });
  }

  /** Who has read just so far, by the numbers of the messages. */
  get readers(): ReadonlyMap<number, readonly Person[]> {
    return this.#readers.places(this.history.timeline.messages);
  }

  /** Writes; the others are told that one does. */
  write(text: string): void {
    this.writing.text = text;
    this.typists.tell(text !== '');
    this.#keep();
  }

  /** Sends what one has written. */
  send(): void {
    const written = this.writing.take();
    if (!written) return;
    this.typists.sent();
    this.looking.said();
    this.sending.say(written.text, written.replyTo?.seq);
  }

  /** The server has counted what is unread. */
  counted(counted: Counted, mark: number): void {
    this.reading.counted(counted, mark);
    this.looking.counted();
    this.changed();
  }

  /** It is shown from now on. */
  open(): void {
    this.looking.open();
    this.resume();
  }

  /** It is shown, and there is a connection again. */
  resume(): void {
    this.history.open();
    this.#room.then(() => this.people.refresh()).catch(() => {});
    this.changed();
  }

  /** It is not shown any more. */
  close(): void {
    this.writing.editing = undefined;
    this.looking.close();
  }

  /** Leaves it for good. */
  async leave(): Promise<void> {
    this.#left.abort(new KaiwaError('closed', 'Left.'));
    this.reading.end();
    this.typists.end();
    await this.#room.then((room) => room.leave()).catch(() => {});
  }

  #listen(room: Room): void {
    const notice = (from: Person, work: () => void) => {
      this.#around.know(from);
      work();
      this.changed();
    };
    room.on('event', (event) => {
      if (event.type !== 'incomplete') return notice(event.from, () => this.#take(event));
      this.history.reopen();
      this.#around.recount();
    });
    room.on('joined', ({ from }) => notice(from, () => this.people.add(from)));
    room.on('left', ({ from }) => notice(from, () => this.people.remove(from)));
    room.on('read', ({ from, seq }) => notice(from, () => this.#hasRead(from, seq)));
    room.on('typing', ({ from, typing }) =>
      notice(from, () => this.#isSelf(from) || this.typists.note(from, typing)),
    );
    room.on('end', (thrown) => thrown && this.#refused(thrown));
  }

  #take(event: Exclude<RoomEvent, { type: 'incomplete' }>): void {
    this.history.take(event, this.looking.isFollowing);
    this.sending.cameBack(event.seq);
    if (event.type === 'deleted') this.reading.remove(event.target);
    if (event.type !== 'message') return;
    this.reading.add(event.seq, event.own === true);
    if (event.own) {
      this.#keep();
      return;
    }
    this.typists.note(event.from, false);
    this.people.add(event.from);
    this.looking.came();
    this.#around.heard(this, messageOf(event));
  }

  #hasRead(person: Person, seq: number): void {
    if (!this.#isSelf(person)) this.#readers.note(person, seq);
    else if (!this.reading.readElsewhere(seq)) this.#around.recount();
  }

  #isSelf({ userId }: Person): boolean {
    return userId === this.#around.self?.userId;
  }

  /** What is not sent yet outlives the page. */
  #keep(): void {
    this.sending.drop((id, seq) => this.history.timeline.has(id, seq));
    const { drafts } = this.sending;
    this.#around.memory.keep(this.name, { text: this.writing.text, drafts });
    this.changed();
  }

  #refused(thrown: unknown): void {
    if (this.#left.signal.aborted) return;
    this.refusal = thrown instanceof KaiwaError ? thrown.code : 'internal';
    this.changed();
  }
}
