import { Check, Copy, type LucideIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from './button';

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Browsers keep the clipboard from pages without HTTPS; the old way still works there.
    const area = document.createElement('textarea');
    area.value = text;
    area.style.position = 'fixed';
    area.style.opacity = '0';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

/** An icon that copies a text and says so. */
export function CopyButton({
  text,
  label,
  icon: Icon = Copy,
}: {
  text: string | (() => string);
  label: string;
  icon?: LucideIcon;
}) {
  const [state, setState] = useState<'idle' | 'done' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), 1600);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    setState((await copyText(typeof text === 'function' ? text() : text)) ? 'done' : 'failed');
  };
  const said = state === 'done' ? 'Copied' : state === 'failed' ? 'Copying failed' : '';
  return (
    <>
      <IconButton label={said || label} onClick={copy}>
        {state === 'done' ? (
          <Check size={14} aria-hidden="true" className="text-ok" />
        ) : (
          <Icon size={14} aria-hidden="true" />
        )}
      </IconButton>
      <span role="status" className="sr-only">
        {said}
      </span>
    </>
  );
}
