import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, IconButton } from './button';

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

/** Copies a text and says so. With text shown it is a button, without it an icon. */
export function CopyButton({
  text,
  label,
  isIcon = true,
}: {
  text: string | (() => string);
  label: string;
  isIcon?: boolean;
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
  const icon =
    state === 'done' ? (
      <Check size={14} aria-hidden="true" className="text-ok" />
    ) : (
      <Copy size={14} aria-hidden="true" />
    );
  const said = state === 'done' ? 'Copied' : state === 'failed' ? 'Copying failed' : '';
  return (
    <>
      {isIcon ? (
        <IconButton label={label} onClick={copy}>
          {icon}
        </IconButton>
      ) : (
        <Button onClick={copy}>
          {icon}
          {said || label}
        </Button>
      )}
      <span role="status" className="sr-only">
        {said}
      </span>
    </>
  );
}
