import { useCallback, useState } from 'react';

/** A value kept on this device under a key; what is stored in another shape counts as missing. */
export function readStored<T>(
  key: string,
  accept: (value: unknown) => T | undefined,
): T | undefined {
  try {
    const text = localStorage.getItem(`treeline.${key}`);
    return text === null ? undefined : accept(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function writeStored(key: string, value: unknown): void {
  try {
    localStorage.setItem(`treeline.${key}`, JSON.stringify(value));
  } catch {
    // Storage may be full or forbidden; the value then lasts as long as the page.
  }
}

/** State that survives a reload on this device. */
export function useStored<T>(
  key: string,
  initial: T,
  accept: (value: unknown) => T | undefined,
): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => readStored(key, accept) ?? initial);
  const set = useCallback(
    (next: T) => {
      setValue(next);
      writeStored(key, next);
    },
    [key],
  );
  return [value, set];
}
