import { checkpointCommand } from './checkpoint-command';
import { readCommandLine } from './command-line';
import { doctorCommand } from './doctor-command';
import { inventoryCommand } from './inventory-command';
import type { Outcome } from './outcome';
import { help, UsageError } from './usage';
import { version } from '../../package.json';

async function run(args: readonly string[]): Promise<Outcome> {
  const request = readCommandLine(args);
  if (request.command === 'inventory') return inventoryCommand(request);
  if (request.command === 'doctor') return doctorCommand(request);
  if (request.command === 'checkpoint') return checkpointCommand(request);
  return { output: request.command === 'help' ? help : version, messages: [], code: 0 };
}

/** Whatever the user's file prints goes to stderr, so that stdout holds the result and nothing else. */
function divertOutput(): (text: string, done: () => void) => void {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  return (text, done) => (text === '' ? done() : void write(text, done));
}

async function main(): Promise<void> {
  const print = divertOutput();
  try {
    const { output, messages, code } = await run(process.argv.slice(2));
    for (const message of messages) console.error(message);
    // The file may have started something, training for instance: what was asked for is done.
    print(output === '' ? '' : `${output}\n`, () => process.exit(code));
  } catch (error) {
    console.error(error instanceof UsageError ? `decograd: ${error.message}` : error);
    process.exit(2);
  }
}

void main();
