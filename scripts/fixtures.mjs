// Runs every script of test/oracle that writes fixtures, with the interpreter that PYTHON names.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

const python = process.env.PYTHON ?? 'python3';
const scripts = readdirSync('test/oracle').filter((file) => file.endsWith('.py') && !file.startsWith('live'));
for (const script of scripts) {
  console.log(`${python} test/oracle/${script}`);
  execFileSync(python, [`test/oracle/${script}`], { stdio: 'inherit' });
}
