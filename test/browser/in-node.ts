import { programs, type ProgramName } from './programs';

/** Runs one program; the process ends by itself when nothing is left to do. */
async function main(name: ProgramName, device: string): Promise<void> {
  console.log(JSON.stringify(await programs[name](device)));
}

void main(process.argv[2] as ProgramName, process.argv[3]);
