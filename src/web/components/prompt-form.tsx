import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import { maxNameLength, normalizeName } from '../lib/limits.ts';
import { parseToken } from '../state/token.ts';

/** A question of the page to the user. */
export interface Prompt {
  /** The text above the form on the welcome page. */
  readonly welcomeText: string;
  /** The text below the form on the welcome page: how the answer is stored. */
  readonly storageNote: string;
  /** The title of the dialog that changes the answer. */
  readonly changeTitle: string;
  readonly label: string;
  readonly hint: string;
  /** The attributes of the input. */
  readonly field:
    | { readonly autocomplete: 'nickname'; readonly maxLength: number }
    | { readonly autocomplete: 'off'; readonly type: 'password' };
  /** Turns the input into an answer. Returns `undefined` if it is not valid. */
  readonly parse: (input: string) => string | undefined;
}

/** Asks for the user's name, which other users see. */
export const namePrompt: Prompt = {
  welcomeText: t.welcomeText,
  storageNote: t.storedInBrowser,
  changeTitle: t.changeName,
  label: t.yourName,
  hint: t.yourNameHint,
  field: { autocomplete: 'nickname', maxLength: maxNameLength },
  parse: normalizeName,
};

/** Asks for the user's token. A password field hides it from onlookers. */
export const tokenPrompt: Prompt = {
  welcomeText: t.welcomeTokenText,
  storageNote: t.storedInTab,
  changeTitle: t.changeToken,
  label: t.yourToken,
  hint: t.yourTokenHint,
  field: { autocomplete: 'off', type: 'password' },
  parse: parseToken,
};

interface PromptFormProps {
  readonly class?: string;
  readonly prompt: Prompt;
  /** The initial input. @default '' */
  readonly value?: string;
  readonly onAnswer: (answer: string) => void;
  /** The content above the field. */
  readonly head: ComponentChildren;
  /** The content below the field: the buttons. */
  readonly children: ComponentChildren;
}

/** A form with one field, which asks a prompt. */
export function PromptForm({
  class: className,
  prompt,
  value = '',
  onAnswer,
  head,
  children,
}: PromptFormProps) {
  const [input, setInput] = useState(value);
  const [isInvalid, setInvalid] = useState(false);
  const submit = (event: Event) => {
    event.preventDefault();
    const answer = prompt.parse(input);
    setInvalid(answer === undefined);
    if (answer !== undefined) onAnswer(answer);
  };
  return (
    <form class={className} onSubmit={submit}>
      {head}
      <label class="field">
        <span>{prompt.label}</span>
        <input
          {...prompt.field}
          value={input}
          onInput={(event) => setInput(event.currentTarget.value)}
          ref={focusIfUnfocused}
          required
          aria-invalid={isInvalid}
          aria-describedby="field-hint"
        />
        <span class={isInvalid ? 'hint invalid' : 'hint'} id="field-hint">
          {prompt.hint}
        </span>
      </label>
      {children}
    </form>
  );
}

const focusIfUnfocused = (input: HTMLInputElement | null) => {
  if (input && document.activeElement === document.body) input.focus();
};
