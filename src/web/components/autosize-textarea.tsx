import { useLayoutEffect, useRef } from 'preact/hooks';

/** What a field for a text is given. */
interface AutosizeTextareaProps {
  readonly value: string;
  readonly label: string;
  readonly placeholder?: string;
  readonly onInput: (value: string) => void;
  /** Enter was pressed: not to choose what an input method offers, nor for a new line. */
  readonly onEnter: () => void;
  /** Another key was pressed. */
  readonly onKey?: (event: KeyboardEvent) => void;
  /** The field has come, or goes. */
  readonly onField?: (field: HTMLTextAreaElement | null) => void;
}

/** A field that is as high as what is written in it. */
export function AutosizeTextarea(props: AutosizeTextareaProps) {
  const { value, label, placeholder = label, onInput, onEnter, onKey, onField } = props;
  const ref = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const field = ref.current;
    if (!field) return;
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight}px`;
  }, [value]);
  useLayoutEffect(() => {
    onField?.(ref.current);
    return () => onField?.(null);
  }, []);
  return (
    <textarea
      ref={ref}
      rows={1}
      value={value}
      placeholder={placeholder}
      aria-label={label}
      dir="auto"
      enterkeyhint="send"
      onInput={(event) => onInput(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return onKey?.(event);
        event.preventDefault();
        onEnter();
      }}
    />
  );
}

/** Whether a key is an input method’s. Safari ends composing before it tells of the key that does so: by 229. */
export function isComposing({ isComposing, keyCode }: KeyboardEvent): boolean {
  return isComposing || keyCode === 229;
}
