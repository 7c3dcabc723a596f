/** Formatting of counts, durations, money and sizes. All functions are pure. */

const grouped = new Intl.NumberFormat('en-US');

/** A count in full with thousands separators, such as 12,304. */
export function formatCount(value: number): string {
  return grouped.format(value);
}

/** A count in at most four characters and a unit, such as 12.3k; for narrow columns. */
export function formatCompact(value: number): string {
  const abs = Math.abs(value);
  if (abs < 1000) return String(value);
  for (const [unit, size] of [
    ['k', 1e3],
    ['M', 1e6],
    ['B', 1e9],
    ['T', 1e12],
  ] as const) {
    const scaled = value / size;
    // 999,950 would round to 1000.0k; the next unit shows it as 1.0M.
    if (Math.abs(scaled) < 999.95 || unit === 'T') {
      return Math.abs(scaled) < 99.95
        ? `${scaled.toFixed(1)}${unit}`
        : `${Math.round(scaled)}${unit}`;
    }
  }
  return String(value);
}

/** A duration given in milliseconds, with the unit that keeps three digits. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  const sign = ms < 0 ? '-' : '';
  const abs = Math.abs(ms);
  if (abs === 0) return '0 ms';
  if (abs < 0.9995) return `${sign}${Math.round(abs * 1000)} µs`;
  if (abs < 9.995) return `${sign}${abs.toFixed(2)} ms`;
  if (abs < 99.95) return `${sign}${abs.toFixed(1)} ms`;
  if (abs < 999.5) return `${sign}${Math.round(abs)} ms`;
  const seconds = abs / 1000;
  if (seconds < 9.995) return `${sign}${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${sign}${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${sign}${Math.floor(whole / 60)} m ${pad(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${sign}${Math.floor(minutes / 60)} h ${pad(minutes % 60)} m`;
  const hours = Math.round(seconds / 3600);
  return `${sign}${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A duration for a screen reader, such as "2.4 seconds". */
export function speakDuration(ms: number): string {
  if (!Number.isFinite(ms)) return 'unknown duration';
  if (Math.abs(ms) < 1000) return `${Number(ms.toPrecision(3))} milliseconds`;
  const seconds = ms / 1000;
  if (seconds < 90) return `${Number(seconds.toPrecision(3))} seconds`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} minutes`;
  return `${Number((seconds / 3600).toPrecision(3))} hours`;
}

/**
 * US dollars with enough digits to tell small costs apart: cents from a dollar
 * on, two significant digits below.
 */
export function formatMoney(dollars: number): string {
  if (!Number.isFinite(dollars)) return '–';
  if (dollars === 0) return '$0';
  const sign = dollars < 0 ? '-' : '';
  const abs = Math.abs(dollars);
  if (abs >= 1000) return `${sign}$${grouped.format(Math.round(abs))}`;
  if (abs >= 0.995) return `${sign}$${abs.toFixed(2)}`;
  if (abs < 0.0000005) return `${sign}<$0.000001`;
  const digits = Math.min(6, Math.max(2, 1 - Math.floor(Math.log10(abs))));
  return `${sign}$${abs.toFixed(digits)}`;
}

/** A size in bytes with a binary unit, such as 14.2 KiB. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let value = bytes;
  for (const unit of ['KiB', 'MiB', 'GiB']) {
    value /= 1024;
    if (value < 1023.95 || unit === 'GiB') return `${value.toFixed(value < 9.995 ? 1 : 0)} ${unit}`;
  }
  return `${bytes} B`;
}

/** A plain number with at most four significant decimals and no trailing zeros. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Number.isInteger(value)) return grouped.format(value);
  return String(Number(value.toPrecision(4)));
}

/** "1 trace", "2 traces". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
