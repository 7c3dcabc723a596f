import { type KeyboardEvent, type PointerEvent, useRef } from 'react';

/**
 * The bar between two panes. value is the share of the first one in percent;
 * arrows move it by 2, Home and End to the bounds.
 */
export function Splitter({
  label,
  value,
  min,
  max,
  onChange,
}: {
  label: string;
  value: number;
  min: number;
  max: number;
  onChange: (value: number) => void;
}) {
  const bar = useRef<HTMLHRElement>(null);
  const set = (next: number) => onChange(Math.round(Math.min(max, Math.max(min, next)) * 10) / 10);
  const onPointerDown = (event: PointerEvent<HTMLHRElement>) => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLHRElement>) => {
    const box = bar.current?.parentElement?.getBoundingClientRect();
    if (!box || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    set(((event.clientX - box.left) / box.width) * 100);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -2, ArrowRight: 2, Home: min - value, End: max - value }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    set(value + step);
  };
  return (
    <hr
      ref={bar}
      aria-label={label}
      aria-orientation="vertical"
      aria-valuenow={Math.round(value)}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
      className="relative z-10 h-full w-px shrink-0 cursor-col-resize touch-none border-0 bg-line before:absolute before:inset-y-0 before:-right-1.5 before:-left-1.5 hover:bg-accent focus-visible:bg-accent"
    />
  );
}
