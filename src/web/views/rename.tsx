import { useState } from 'preact/hooks';
import { nameFrom } from '../limits.ts';
import { words } from '../words/index.ts';
import { Dialog } from './dialog.tsx';
import { NameField } from './welcome.tsx';

interface RenameProps {
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly onClose: () => void;
}

/** Asks for another name. */
export function Rename({ name, onName, onClose }: RenameProps) {
  const [written, write] = useState(name);
  const submit = (event: Event) => {
    event.preventDefault();
    const chosen = nameFrom(written);
    if (chosen !== undefined) onName(chosen);
  };
  return (
    <Dialog class="card" label={words.changeName} onClose={onClose}>
      <form onSubmit={submit}>
        <h2>{words.changeName}</h2>
        <NameField value={written} onInput={write} />
        <p class="buttons">
          <button type="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button type="submit" class="primary">
            {words.save}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
