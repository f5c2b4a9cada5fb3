import { words } from '../i18n/index.ts';
import { Ask, type Question } from './prompt-form.tsx';

/** What the first page is given. */
interface WelcomeProps {
  /** The room that the address names, if it names one. */
  readonly room: string | undefined;
  readonly question: Question;
  readonly onAnswer: (answer: string) => void;
}

/** Asks a newcomer who they are. */
export function Welcome({ room, question, onAnswer }: WelcomeProps) {
  const head = (
    <>
      <p class="brand">
        {words.app} <span lang="ja">会話</span>
      </p>
      <h1>{words.welcome}</h1>
      <p>{room === undefined ? question.welcome : words.welcomeRoom(room)}</p>
    </>
  );
  return (
    <main class="welcome">
      <Ask class="card" question={question} onAnswer={onAnswer} head={head}>
        <button type="submit" class="primary">
          {words.start}
        </button>
        <p class="hint">{question.kept}</p>
      </Ask>
    </main>
  );
}
