import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import { maxNameLength, normalizeName } from '../lib/limits.ts';
import { parseToken } from '../state/token.ts';

/** Something that the page asks people for. */
export interface Prompt {
  /** What a newcomer is told, above and below. */
  readonly welcomeText: string;
  readonly storageNote: string;
  /** What it is called to give another answer. */
  readonly changeTitle: string;
  readonly label: string;
  readonly hint: string;
  /** What kind of field it is. */
  readonly field:
    | { readonly autocomplete: 'nickname'; readonly maxLength: number }
    | { readonly autocomplete: 'off'; readonly type: 'password' };
  /** What somebody means by what they have written, unless it is no answer. */
  readonly parse: (input: string) => string | undefined;
}

/** Asks for the name that others see. */
export const namePrompt: Prompt = {
  welcomeText: t.welcomeText,
  storageNote: t.storedInBrowser,
  changeTitle: t.changeName,
  label: t.yourName,
  hint: t.yourNameHint,
  field: { autocomplete: 'nickname', maxLength: maxNameLength },
  parse: normalizeName,
};

/** Asks for the token that shows who one is, which is nothing for those who look on. */
export const tokenPrompt: Prompt = {
  welcomeText: t.welcomeTokenText,
  storageNote: t.storedInTab,
  changeTitle: t.changeToken,
  label: t.yourToken,
  hint: t.yourTokenHint,
  field: { autocomplete: 'off', type: 'password' },
  parse: parseToken,
};

/** What a form that asks for something is made of. */
interface PromptFormProps {
  readonly class?: string;
  readonly prompt: Prompt;
  /** What stands in the field at first. */
  readonly value?: string;
  readonly onAnswer: (answer: string) => void;
  /** What stands above the field. */
  readonly head: ComponentChildren;
  /** What stands below it: the buttons. */
  readonly children: ComponentChildren;
}

/** A form with one field. */
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
          ref={focusFirst}
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

const focusFirst = (input: HTMLInputElement | null) => {
  if (input && document.activeElement === document.body) input.focus();
};
