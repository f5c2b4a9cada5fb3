import type { Message } from '../model/message.ts';
import { Observable } from './observable.ts';

/** A text that is ready to be sent. */
export interface ComposedMessage {
  readonly text: string;
  /** The message that the text answers. */
  readonly replyTo: Message | undefined;
}

/** The state of a room's composer: a new message, a reply, or an edit. */
export class ComposerState extends Observable {
  /** The text that is not sent yet. */
  text: string;
  /** The message that the user replies to. */
  replyTo: Message | undefined;
  /** The seq of the message that the user edits. */
  editing: number | undefined;

  constructor(text: string) {
    super();
    this.text = text;
  }

  /** Starts a reply or an edit. An empty mode ends both. */
  setMode({ replyTo, editing }: { readonly replyTo?: Message; readonly editing?: number }): void {
    this.replyTo = replyTo;
    this.editing = editing;
    this.notify();
  }

  /** Returns the composed message and clears the composer. Returns `undefined` if the text is blank. */
  takeText(): ComposedMessage | undefined {
    const { replyTo } = this;
    const text = this.text.trim();
    if (text === '') return undefined;
    this.text = '';
    this.replyTo = undefined;
    return { text, replyTo };
  }
}
