import { t } from '../i18n/index.ts';
import { type Prompt, PromptForm } from './prompt-form.tsx';

/** What the first page is given. */
interface WelcomeProps {
  /** The room that the address names, if it names one. */
  readonly room: string | undefined;
  readonly prompt: Prompt;
  readonly onAnswer: (answer: string) => void;
}

/** Asks a newcomer who they are. */
export function Welcome({ room, prompt, onAnswer }: WelcomeProps) {
  const head = (
    <>
      <p class="brand">
        {t.app} <span lang="ja">会話</span>
      </p>
      <h1>{t.welcome}</h1>
      <p>{room === undefined ? prompt.welcomeText : t.welcomeRoom(room)}</p>
    </>
  );
  return (
    <main class="welcome">
      <PromptForm class="card" prompt={prompt} onAnswer={onAnswer} head={head}>
        <button type="submit" class="primary">
          {t.start}
        </button>
        <p class="hint">{prompt.storageNote}</p>
      </PromptForm>
    </main>
  );
}
