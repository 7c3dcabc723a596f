import { formatFullTime, formatListTime } from '@/shared/format/time';

/** A moment in local time; the full one is in its tooltip. */
export function Moment({
  iso,
  now,
  isFull = false,
}: {
  iso: string;
  now?: Date;
  isFull?: boolean;
}) {
  return (
    <time
      dateTime={iso}
      title={formatFullTime(iso)}
      className={isFull ? 'figures' : 'figures whitespace-nowrap'}
    >
      {isFull ? formatFullTime(iso) : formatListTime(iso, now ?? new Date())}
    </time>
  );
}
