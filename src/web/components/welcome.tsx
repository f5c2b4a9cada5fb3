import { t } from '../i18n/index.ts';
import { type Prompt, PromptForm } from './prompt-form.tsx';

interface WelcomeProps {
  /** The room in the URL, if there is one. */
  readonly room: string | undefined;
  readonly prompt: Prompt;
  readonly onAnswer: (answer: string) => void;
}

/** The page that asks a new user for a name or a token. */
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
