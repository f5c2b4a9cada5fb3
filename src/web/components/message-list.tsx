import { Component, createRef } from 'preact';
import { t } from '../i18n/index.ts';
import type { Message } from '../model/message.ts';
import { type TimelineItem, toItemKey } from '../model/timeline-items.ts';
import type { ChatStore } from '../state/chat-store.ts';
import type { RoomStore } from '../state/room-store.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { JumpToLatest } from './divider.tsx';
import { EmptyRoom } from './empty-room.tsx';
import { findItemKey, moveFocus } from './item-keys.ts';
import { ScrollAnchor } from './scroll-anchor.ts';
import { TimelineItemView } from './timeline-item.tsx';
import { TypingLine } from './typing-line.tsx';

interface MessageListProps {
  readonly chat: ChatStore;
  readonly room: RoomStore;
}

interface MessageListState {
  /** The key of the row in the tab order. @default the latest row */
  readonly current?: string;
  /** The key of the row that has the focus. It shows its actions. */
  readonly focused?: string | undefined;
  /** The key of the row under the pointer. It shows its actions. */
  readonly hovered?: string | undefined;
  /** The seq of the message that a click on a quote has led to. */
  readonly highlighted?: number;
  readonly deleting?: Message | undefined;
}

/**
 * The messages of a room. The messages in view stay in place, and a user at the bottom stays there.
 * The arrow keys move between messages. Tab moves from a message to its actions.
 */
export class MessageList extends Component<MessageListProps, MessageListState> {
  override state: MessageListState = {};
  readonly #box = createRef<HTMLDivElement>();
  readonly #list = createRef<HTMLOListElement>();
  #scrollAnchor: ScrollAnchor | undefined;
  #resizeObserver: ResizeObserver | undefined;
  #wasAtBottom = true;

  override componentDidMount(): void {
    const box = this.#box.current;
    const list = this.#list.current;
    if (!box || !list) return;
    this.#scrollAnchor = new ScrollAnchor(box, list);
    this.#resizeObserver = new ResizeObserver(() => this.#restoreScroll());
    this.#resizeObserver.observe(box);
    this.#resizeObserver.observe(list);
    document.addEventListener('visibilitychange', this.#onScroll);
    this.#restoreScroll();
  }

  override componentWillUnmount(): void {
    this.#resizeObserver?.disconnect();
    document.removeEventListener('visibilitychange', this.#onScroll);
  }

  override getSnapshotBeforeUpdate(): null {
    this.#scrollAnchor?.capture();
    return null;
  }

  override componentDidUpdate(): void {
    const { isAtBottom } = this.props.room.viewport;
    const hasJumped = isAtBottom && !this.#wasAtBottom;
    // A user who has started to scroll away is not pulled back to the bottom.
    const isFollowing = isAtBottom && this.#scrollAnchor?.wasAtEnd;
    if (hasJumped || isFollowing) this.#scrollAnchor?.scrollToBottom();
    else this.#scrollAnchor?.restore();
    this.#wasAtBottom = isAtBottom;
    this.#loadMore();
  }

  override render({ room }: MessageListProps, { deleting }: MessageListState) {
    const { timeline, isLoading } = room.history;
    const { timelineItems: items, readers } = room;
    const current = items.some(({ key }) => key === this.state.current)
      ? this.state.current
      : items.at(-1)?.key;
    return (
      <div class="conversation">
        <div class="scroll" ref={this.#box} onScroll={this.#onScroll}>
          {isLoading && <p class="loading">{t.loading}</p>}
          {timeline.isLoaded && items.length === 0 && <EmptyRoom />}
          <ol
            ref={this.#list}
            class="timeline"
            aria-label={t.messages(room.name)}
            onKeyDown={this.#onKeyDown}
            onFocusIn={(event) => this.#setFocused(findItemKey(event.target))}
            onFocusOut={this.#onFocusOut}
            onClick={(event) => this.#setFocused(findItemKey(event.target))}
            onPointerOver={(event) => this.#setHovered(findItemKey(event.target))}
            onPointerLeave={() => this.#setHovered(undefined)}
          >
            {items.map((item) => this.#renderItem(item, item.key === current, readers))}
          </ol>
        </div>
        <TypingLine names={room.typingIndicator.names} />
        {!room.viewport.isAtBottom && <JumpToLatest viewport={room.viewport} />}
        {deleting && (
          <DeleteDialog room={room} message={deleting} onClose={this.#closeDeleteDialog} />
        )}
      </div>
    );
  }

  #renderItem(item: TimelineItem, isCurrent: boolean, readers: RoomStore['readers']) {
    const { chat, room } = this.props;
    const { hovered, focused, highlighted } = this.state;
    const { key } = item;
    return (
      <TimelineItemView
        key={key}
        chat={chat}
        room={room}
        item={item}
        readers={readers}
        isCurrent={isCurrent}
        isActive={key === hovered || key === focused}
        highlighted={highlighted}
        onDelete={this.#openDeleteDialog}
        onQuotedClick={this.#showQuoted}
      />
    );
  }

  /** Restores the position after the box or its content has changed its size. */
  #restoreScroll(): void {
    const { room } = this.props;
    if (room.viewport.isAtBottom) this.#scrollAnchor?.scrollToBottom();
    else this.#scrollAnchor?.restore();
    this.#loadMore();
  }

  readonly #onScroll = (): void => {
    const { room } = this.props;
    const scrollAnchor = this.#scrollAnchor;
    if (!scrollAnchor) return;
    scrollAnchor.capture();
    this.#wasAtBottom = scrollAnchor.isAtBottom && room.history.timeline.isAtEnd;
    room.viewport.setAtBottom(this.#wasAtBottom);
    this.#loadMore();
  };

  #loadMore(): void {
    const { history, viewport } = this.props.room;
    if (this.#scrollAnchor?.isNearTop) history.loadOlder();
    if (this.#scrollAnchor?.isNearBottom) history.loadNewer();
    if (viewport.isAtBottom && document.visibilityState === 'visible') viewport.markSeen();
  }

  readonly #openDeleteDialog = (message: Message): void => this.setState({ deleting: message });

  /** Moves the focus back to the row of the message. The row stays even if the message is deleted. */
  readonly #closeDeleteDialog = (): void => {
    const { deleting } = this.state;
    const focus = () => deleting && this.#scrollAnchor?.findRow(toItemKey(deleting))?.focus();
    this.setState({ deleting: undefined }, focus);
  };

  readonly #showQuoted = async (seq: number): Promise<void> => {
    const { room } = this.props;
    room.viewport.setAtBottom(false);
    if (!(await room.history.loadAround(seq))) return;
    this.setState({ highlighted: seq }, () => {
      const row = this.#scrollAnchor?.findRow(toItemKey({ seq }));
      row?.scrollIntoView({ block: 'center' });
      row?.focus({ preventScroll: true });
    });
  };

  /** Hides the actions if the focus leaves the list. Within the list, `#setFocused` follows it. */
  readonly #onFocusOut = ({ relatedTarget }: FocusEvent): void => {
    if (findItemKey(relatedTarget) === undefined) this.setState({ focused: undefined });
  };

  #setFocused(key: string | undefined): void {
    if (key !== undefined) this.setState({ current: key, focused: key });
  }

  #setHovered(key: string | undefined): void {
    if (key !== this.state.hovered) this.setState({ hovered: key });
  }

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    if (this.#list.current) moveFocus(this.#list.current, event);
  };
}
