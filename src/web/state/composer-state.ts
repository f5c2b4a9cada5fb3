import type { Message } from '../model/message.ts';

/** What one has written, ready to be sent. */
export interface ComposedMessage {
  readonly text: string;
  /** The message that it answers. */
  readonly replyTo: Message | undefined;
}

/** What one is writing in a room: something new, an answer, or another text for what one has said. */
export class ComposerState {
  /** What is not sent yet. */
  text: string;
  /** The message that one is answering. */
  replyTo: Message | undefined;
  /** The number of the message that one is changing. */
  editing: number | undefined;
  readonly #onChange: () => void;

  constructor(text: string, onChange: () => void) {
    this.text = text;
    this.#onChange = onChange;
  }

  /** Sets what one is doing with a message; nothing where nothing is said. */
  setMode({ replyTo, editing }: { readonly replyTo?: Message; readonly editing?: number }): void {
    this.replyTo = replyTo;
    this.editing = editing;
    this.#onChange();
  }

  /** Takes what one has written away, if there is anything but space. */
  takeText(): ComposedMessage | undefined {
    const { replyTo } = this;
    const text = this.text.trim();
    if (text === '') return undefined;
    this.text = '';
    this.replyTo = undefined;
    return { text, replyTo };
  }
}
