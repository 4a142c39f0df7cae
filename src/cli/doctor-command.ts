import type { DoctorRequest } from './command-line';
import { examine } from './doctor/examine';
import { reportText } from './doctor/report-text';
import type { Outcome } from './outcome';

/** `decograd doctor`. */
export async function doctorCommand({ json, seconds }: DoctorRequest): Promise<Outcome> {
  const examination = await examine(1000 * seconds);
  const output = json ? JSON.stringify(examination, null, 2) : reportText(examination);
  const messages = examination.devices.flatMap(({ problem }) => (problem === null ? [] : [`broken: ${problem}`]));
  return { output, messages, code: messages.length === 0 ? 0 : 1 };
}
