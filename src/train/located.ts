import { DecogradError } from '../core/errors';
import { reword } from '../core/reword';

/** The error, with where it happened in front of its message if it is the library's. */
export function located(where: string, error: unknown): unknown {
  if (error instanceof DecogradError) reword(error, `${where}: ${error.message}`);
  return error;
}
