import { words } from '../i18n/index.ts';
import { Dialog } from './dialog.tsx';
import { Ask, type Question } from './prompt-form.tsx';

interface AgainProps {
  readonly question: Question;
  /** The answer of before, to be changed. */
  readonly value?: string;
  readonly onAnswer: (answer: string) => void;
  readonly onClose: () => void;
}

/** Asks for another answer than that of the first time. */
export function Again({ question, value = '', onAnswer, onClose }: AgainProps) {
  const head = <h2>{question.again}</h2>;
  return (
    <Dialog class="card" label={question.again} onClose={onClose}>
      <Ask question={question} value={value} onAnswer={onAnswer} head={head}>
        <p class="buttons">
          <button type="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button type="submit" class="primary">
            {words.save}
          </button>
        </p>
      </Ask>
    </Dialog>
  );
}
