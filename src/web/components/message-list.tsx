import { Component, createRef } from 'preact';
import { words } from '../i18n/index.ts';
import type { Message } from '../model/message.ts';
import { keyOf, type Row } from '../model/timeline-items.ts';
import type { Chat } from '../state/chat-store.ts';
import type { RoomState } from '../state/room-store.ts';
import { TypingLine } from './composer.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { ToNewest } from './divider.tsx';
import { Quiet } from './empty-room.tsx';
import { Scroll } from './scroll-anchor.ts';
import { Line } from './timeline-item.tsx';

interface MessagesProps {
  readonly chat: Chat;
  readonly room: RoomState;
}

interface MessagesState {
  /** The line that Tab leads to: the newest where it is none. */
  readonly current?: string;
  /** The lines whose actions are shown. */
  readonly focused?: string | undefined;
  readonly hovered?: string | undefined;
  /** The message that was looked for. */
  readonly sought?: number;
  readonly deleting?: Message | undefined;
}

/**
 * The messages of a room. What one looks at stays where it is, unless one is at the bottom: then one
 * stays there. Arrows lead from one message to another, Tab from a message to what one can do with it.
 */
export class Messages extends Component<MessagesProps, MessagesState> {
  override state: MessagesState = {};
  readonly #box = createRef<HTMLDivElement>();
  readonly #list = createRef<HTMLOListElement>();
  #scroll: Scroll | undefined;
  #resize: ResizeObserver | undefined;
  #wasFollowing = true;

  override componentDidMount(): void {
    const [box, list] = [this.#box.current, this.#list.current];
    if (!box || !list) return;
    this.#scroll = new Scroll(box, list);
    this.#resize = new ResizeObserver(() => this.#settle());
    this.#resize.observe(box);
    this.#resize.observe(list);
    document.addEventListener('visibilitychange', this.#look);
    this.#settle();
  }

  override componentWillUnmount(): void {
    this.#resize?.disconnect();
    document.removeEventListener('visibilitychange', this.#look);
  }

  override getSnapshotBeforeUpdate(): null {
    this.#scroll?.note();
    return null;
  }

  override componentDidUpdate(): void {
    const { isFollowing } = this.props.room.looking;
    // One who has begun to scroll away is let go; one who has just asked for the newest gets there.
    if (isFollowing && (!this.#wasFollowing || this.#scroll?.wasAtEnd)) this.#scroll?.toBottom();
    else this.#scroll?.restore();
    this.#wasFollowing = isFollowing;
    this.#loadMore();
  }

  override render({ room }: MessagesProps, { deleting }: MessagesState) {
    const { timeline, isLoading } = room.history;
    const { rows, readers } = room;
    const current = rows.some(({ key }) => key === this.state.current)
      ? this.state.current
      : rows.at(-1)?.key;
    return (
      <div class="conversation">
        <div class="scroll" ref={this.#box} onScroll={this.#look}>
          {isLoading && <p class="loading">{words.loading}</p>}
          {timeline.isLoaded && rows.length === 0 && <Quiet />}
          <ol
            ref={this.#list}
            class="lines"
            aria-label={words.messages(room.name)}
            onKeyDown={this.#move}
            onFocusIn={(event) => this.#focus(keyAt(event.target))}
            onFocusOut={this.#blur}
            onClick={(event) => this.#focus(keyAt(event.target))}
            onPointerOver={(event) => this.#hover(keyAt(event.target))}
            onPointerLeave={() => this.#hover(undefined)}
          >
            {rows.map((row) => this.#row(row, row.key === current, readers))}
          </ol>
        </div>
        <TypingLine names={room.typists.names} />
        {!room.looking.isFollowing && <ToNewest looking={room.looking} />}
        {deleting && <DeleteDialog room={room} message={deleting} onClose={this.#close} />}
      </div>
    );
  }

  #row(row: Row, isCurrent: boolean, readers: RoomState['readers']) {
    const { chat, room } = this.props;
    const { hovered, focused, sought } = this.state;
    const { key } = row;
    return (
      <Line
        key={key}
        chat={chat}
        room={room}
        row={row}
        readers={readers}
        isCurrent={isCurrent}
        isActive={key === hovered || key === focused}
        sought={sought}
        onDelete={this.#delete}
        onQuote={this.#seek}
      />
    );
  }

  /** Puts everything back where it was after something has become larger or smaller. */
  #settle(): void {
    const { room } = this.props;
    if (room.looking.isFollowing) this.#scroll?.toBottom();
    else this.#scroll?.restore();
    this.#loadMore();
  }

  readonly #look = (): void => {
    const { room } = this.props;
    const scroll = this.#scroll;
    if (!scroll) return;
    scroll.note();
    this.#wasFollowing = scroll.isAtBottom && room.history.timeline.isAtEnd;
    room.looking.follow(this.#wasFollowing);
    this.#loadMore();
  };

  #loadMore(): void {
    const { history, looking } = this.props.room;
    if (this.#scroll?.isNearTop) history.loadOlder();
    if (this.#scroll?.isNearBottom) history.loadNewer();
    if (looking.isFollowing && document.visibilityState === 'visible') looking.seen();
  }

  readonly #delete = (message: Message): void => this.setState({ deleting: message });

  /** Leads back to the message’s line, which stays where the message is deleted, too. */
  readonly #close = (): void => {
    const { deleting } = this.state;
    const focus = () => deleting && this.#scroll?.line(keyOf(deleting))?.focus();
    this.setState({ deleting: undefined }, focus);
  };

  readonly #seek = async (seq: number): Promise<void> => {
    const { room } = this.props;
    room.looking.follow(false);
    if (!(await room.history.show(seq))) return;
    this.setState({ sought: seq }, () => {
      const line = this.#scroll?.line(keyOf({ seq }));
      line?.scrollIntoView({ block: 'center' });
      line?.focus({ preventScroll: true });
    });
  };

  /** Where the focus goes to another line, or stays in this one, `#focus` is told. */
  readonly #blur = ({ relatedTarget }: FocusEvent): void => {
    if (keyAt(relatedTarget) === undefined) this.setState({ focused: undefined });
  };

  #focus(key: string | undefined): void {
    if (key !== undefined) this.setState({ current: key, focused: key });
  }

  #hover(key: string | undefined): void {
    if (key !== this.state.hovered) this.setState({ hovered: key });
  }

  readonly #move = (event: KeyboardEvent): void => {
    const { target, key } = event;
    if (!(target instanceof HTMLElement) || target.dataset['key'] === undefined) return;
    const lines = [...(this.#list.current?.querySelectorAll<HTMLElement>('li[data-key]') ?? [])];
    const at = lines.indexOf(target);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: lines.length - 1 }[key];
    if (to === undefined) return;
    event.preventDefault();
    lines[to]?.focus();
  };
}

/** The key of the line that something stands in. */
function keyAt(target: EventTarget | null): string | undefined {
  if (!(target instanceof Element)) return undefined;
  return target.closest<HTMLElement>('li[data-key]')?.dataset['key'];
}
