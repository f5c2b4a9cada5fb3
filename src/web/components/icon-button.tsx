import type { Ref } from 'preact';
import { Icon, type IconName } from './icon.tsx';

/** What a button of an icon is made of. */
interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => void;
  readonly buttonRef?: Ref<HTMLButtonElement>;
}

/** A button that shows an icon, and says in words what it does. */
export function IconButton({ icon, label, onClick, buttonRef = null }: IconButtonProps) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      ref={buttonRef}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
