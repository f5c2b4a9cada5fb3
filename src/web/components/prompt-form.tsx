import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { words } from '../i18n/index.ts';
import { maxName, nameFrom } from '../lib/limits.ts';
import { tokenFrom } from '../state/token.ts';

/** Something that the page asks people for. */
export interface Question {
  /** What a newcomer is told, above and below. */
  readonly welcome: string;
  readonly kept: string;
  /** What it is called to give another answer. */
  readonly again: string;
  readonly label: string;
  readonly hint: string;
  /** What kind of field it is. */
  readonly field:
    | { readonly autocomplete: 'nickname'; readonly maxLength: number }
    | { readonly autocomplete: 'off'; readonly type: 'password' };
  /** What somebody means by what they have written, unless it is no answer. */
  readonly understand: (written: string) => string | undefined;
}

/** Asks for the name that others see. */
export const forName: Question = {
  welcome: words.welcomeText,
  kept: words.keptHere,
  again: words.changeName,
  label: words.yourName,
  hint: words.yourNameHint,
  field: { autocomplete: 'nickname', maxLength: maxName },
  understand: nameFrom,
};

/** Asks for the token that shows who one is, which is nothing for those who look on. */
export const forToken: Question = {
  welcome: words.welcomeTokenText,
  kept: words.keptInTab,
  again: words.changeToken,
  label: words.yourToken,
  hint: words.yourTokenHint,
  field: { autocomplete: 'off', type: 'password' },
  understand: tokenFrom,
};

/** What a form that asks for something is made of. */
interface AskProps {
  readonly class?: string;
  readonly question: Question;
  /** What stands in the field at first. */
  readonly value?: string;
  readonly onAnswer: (answer: string) => void;
  /** What stands above the field. */
  readonly head: ComponentChildren;
  /** What stands below it: the buttons. */
  readonly children: ComponentChildren;
}

/** A form with one field. */
export function Ask({ class: kind, question, value = '', onAnswer, head, children }: AskProps) {
  const [written, write] = useState(value);
  const [isWrong, setWrong] = useState(false);
  const submit = (event: Event) => {
    event.preventDefault();
    const answer = question.understand(written);
    setWrong(answer === undefined);
    if (answer !== undefined) onAnswer(answer);
  };
  return (
    <form class={kind} onSubmit={submit}>
      {head}
      <label class="field">
        <span>{question.label}</span>
        <input
          {...question.field}
          value={written}
          onInput={(event) => write(event.currentTarget.value)}
          ref={focusFirst}
          required
          aria-invalid={isWrong}
          aria-describedby="field-hint"
        />
        <span class={isWrong ? 'hint wrong' : 'hint'} id="field-hint">
          {question.hint}
        </span>
      </label>
      {children}
    </form>
  );
}

const focusFirst = (input: HTMLInputElement | null) => {
  if (input && document.activeElement === document.body) input.focus();
};
