import { markup, type Markup } from './markup';

/** A number as people read it: four digits, all digits of whole numbers, powers of ten where it is very large or small. */
export function figure(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && size < 1e9) return value.toLocaleString('en-US');
  return size >= 1e6 || size < 1e-3 ? value.toExponential(3) : fixed(value, size);
}

/** 0.0456, 1.234, 12.34, 1,234.5 */
function fixed(value: number, size: number): string {
  const decimals = size >= 1000 ? 1 : size >= 100 ? 2 : size >= 10 ? 3 : 4;
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** The number as people read it; a program, and a pointer that rests on it, are told all its digits. */
export const exact = (value: number): Markup =>
  markup`<data value="${String(value)}" title="${String(value)}">${figure(value)}</data>`;

/** A number that somebody wrote, without digits that they did not: 0.01, 1e-8. */
export function setting(value: number): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return figure(value);
  const short = Number(value.toPrecision(6));
  return Math.abs(short) < 1e-3 ? short.toExponential() : String(short);
}

/** `3.2 s`, `4 min 05 s`, `2 h 07 min`. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${(1000 * seconds).toFixed(0)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  const two = (n: number) => String(n).padStart(2, '0');
  return hours > 0 ? `${hours} h ${two(minutes)} min` : `${minutes} min ${two(whole % 60)} s`;
}

/** `14.4 KiB`. */
export function byteCount(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const at = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${at === 0 ? bytes : (bytes / 1024 ** at).toFixed(1)} ${units[at]}`;
}

/** `1 epoch`, `4 epochs`. */
export const counted = (count: number, what: string): string => `${figure(count)} ${what}${count === 1 ? '' : 's'}`;

/** `2026-05-01 14:03 UTC`. */
export const moment = (time: Date): string => `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
