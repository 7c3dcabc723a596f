import clsx from 'clsx';
import { type ComponentProps, useId } from 'react';

/** The look of a control that takes text or a choice. */
export const controlClass =
  'h-8 min-w-0 rounded-md border border-control bg-bg px-2 text-sm text-ink placeholder:text-muted focus-visible:outline-offset-0';

/** A labelled text input with room for an error. */
export function TextField({
  label,
  error,
  className,
  ...rest
}: Omit<ComponentProps<'input'>, 'id'> & { label: string; error?: string }) {
  const id = useId();
  return (
    <div className={clsx('flex flex-col gap-1', className)}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-error` : undefined}
        className={clsx(controlClass, 'h-10 px-3', error && 'border-error')}
        {...rest}
      />
      {error && (
        <p id={`${id}-error`} className="text-sm text-error">
          {error}
        </p>
      )}
    </div>
  );
}

/** A choice from a short list. The label is read out and not shown. */
export function SelectField<T extends string>({
  label,
  value,
  options,
  onChange,
  className,
}: {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
  className?: string;
}) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value as T)}
      className={clsx(controlClass, 'pr-1', className)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
