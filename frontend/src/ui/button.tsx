import clsx from 'clsx';
import type { ComponentProps, ReactNode } from 'react';

type Variant = 'primary' | 'outline' | 'quiet';

const variants: Record<Variant, string> = {
  primary: 'bg-accent text-on-accent border-transparent hover:opacity-90',
  outline: 'bg-bg text-ink border-control hover:bg-surface',
  quiet: 'bg-transparent text-ink border-transparent hover:bg-raised',
};

/** The classes of a button, for links that look like one. */
export function buttonClass(variant: Variant = 'outline', extra?: string): string {
  return clsx(
    'inline-flex h-8 shrink-0 items-center justify-center gap-1.5 rounded-md border px-3 text-sm font-medium whitespace-nowrap',
    'disabled:cursor-not-allowed disabled:opacity-50 aria-pressed:border-accent aria-pressed:bg-selected',
    variants[variant],
    extra,
  );
}

export function Button({
  variant = 'outline',
  className,
  type = 'button',
  ...rest
}: ComponentProps<'button'> & { variant?: Variant }) {
  return <button type={type} className={buttonClass(variant, className)} {...rest} />;
}

/** A button that shows only an icon; the label is its name and its tooltip. */
export function IconButton({
  label,
  children,
  className,
  type = 'button',
  ...rest
}: Omit<ComponentProps<'button'>, 'aria-label' | 'title'> & {
  label: string;
  children: ReactNode;
}) {
  return (
    <button
      type={type}
      aria-label={label}
      title={label}
      className={clsx(
        'inline-flex size-7 shrink-0 items-center justify-center rounded-md text-muted hover:bg-raised hover:text-ink pointer-coarse:size-9',
        'disabled:cursor-not-allowed disabled:opacity-40 disabled:hover:bg-transparent',
        'aria-pressed:bg-selected aria-pressed:text-accent',
        className,
      )}
      {...rest}
    >
      {children}
    </button>
  );
}
