import { t } from '../i18n/index.ts';
import { Dialog } from './dialog.tsx';
import { type Prompt, PromptForm } from './prompt-form.tsx';

interface PromptDialogProps {
  readonly prompt: Prompt;
  /** The current answer. */
  readonly value?: string;
  readonly onAnswer: (answer: string) => void;
  readonly onClose: () => void;
}

/** A dialog that asks the user to change an answer. */
export function PromptDialog({ prompt, value = '', onAnswer, onClose }: PromptDialogProps) {
  const head = <h2>{prompt.changeTitle}</h2>;
  return (
    <Dialog class="card" label={prompt.changeTitle} onClose={onClose}>
      <PromptForm prompt={prompt} value={value} onAnswer={onAnswer} head={head}>
        <p class="buttons">
          <button type="button" onClick={onClose}>
            {t.cancel}
          </button>
          <button type="submit" class="primary">
            {t.save}
          </button>
        </p>
      </PromptForm>
    </Dialog>
  );
}
