import { useState } from 'preact/hooks';
import { maxName, nameFrom } from '../limits.ts';
import { words } from '../words/index.ts';

/** What the first page is given. */
interface WelcomeProps {
  /** The room that the address names, if it names one. */
  readonly room: string | undefined;
  readonly onName: (name: string) => void;
}

/** Asks a newcomer for a name. */
export function Welcome({ room, onName }: WelcomeProps) {
  const [written, write] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    const name = nameFrom(written);
    if (name !== undefined) onName(name);
  };
  return (
    <main class="welcome">
      <form class="card" onSubmit={submit}>
        <p class="brand">
          {words.app} <span lang="ja">会話</span>
        </p>
        <h1>{words.welcome}</h1>
        <p>{room === undefined ? words.welcomeText : words.welcomeRoom(room)}</p>
        <NameField value={written} onInput={write} />
        <button type="submit" class="primary">
          {words.start}
        </button>
        <p class="hint">{words.keptHere}</p>
      </form>
    </main>
  );
}

/** What the field for a name is given. */
interface NameFieldProps {
  readonly value: string;
  readonly onInput: (value: string) => void;
}

/** Where one writes one’s name. */
export function NameField({ value, onInput }: NameFieldProps) {
  return (
    <label class="field">
      <span>{words.yourName}</span>
      <input
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
        ref={focusFirst}
        maxLength={maxName}
        required
        autocomplete="nickname"
        aria-describedby="name-hint"
      />
      <span class="hint" id="name-hint">
        {words.yourNameHint}
      </span>
    </label>
  );
}

const focusFirst = (input: HTMLInputElement | null) => {
  if (input && document.activeElement === document.body) input.focus();
};
