import type { Ref } from 'preact';
import { Icon, type IconName } from './icon.tsx';

interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => void;
  readonly buttonRef?: Ref<HTMLButtonElement>;
}

/** A button with an icon. The label is its accessible name and its tooltip. */
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
