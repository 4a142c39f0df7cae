import { className } from '../../../module/metadata';
import type { Run } from '../../events';
import { byteCount, counted, setting } from './figures';
import type { Content, Markup } from './markup';
import type { Report } from './report';
import { definitions, section, table } from './table';

/** What was asked for: options of the run, and the groups of its optimizers as they are now. */
export function settingsSection({ run }: Report): Markup {
  const { batches, settings } = run;
  const given = Object.entries(settings).map(([name, value]) => [name, written(value)] as const);
  const length = batches === undefined ? 'not known beforehand' : counted(batches, 'batch').replace(/s$/, 'es');
  const optimizers = run.optimizers.map(groupsTable);
  return section('Settings of the run', undefined, definitions([['an epoch', length], ...given]), optimizers);
}

function groupsTable(optimizer: Run['optimizer'], i: number, all: Run['optimizers']): Markup {
  const groups = optimizer.paramGroups as readonly Record<string, unknown>[];
  const names = [...new Set(groups.flatMap((group) => Object.keys(group)))].filter((name) => !['params', 'names'].includes(name)); // prettier-ignore
  const rows = groups.map((group, number) => [number, parametersOf(group), ...names.map((name) => written(group[name]))]); // prettier-ignore
  const name = `${className(optimizer)}${all.length > 1 ? ` ${i + 1}` : ''}`;
  return table([`${name}: group`, 'parameters', ...names], rows, [true, false, ...names.map(() => true)]);
}

/** The first few by name. */
function parametersOf({ names = [] }: { names?: unknown }): string {
  const all = names as readonly string[];
  return all.length > 4 ? `${all.slice(0, 3).join(', ')} and ${all.length - 3} more` : all.join(', ');
}

function written(value: unknown): string {
  if (typeof value === 'number') return setting(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (value === null || value === undefined) return 'none';
  return Array.isArray(value) ? `[${value.map(written).join(', ')}]` : String(value);
}

/** What it ran on, and with. */
export function machineSection({ machine, device, adapter }: Report): Markup {
  const { cpu, memory, platform, versions } = machine;
  const simd = cpu.simd ? `SIMD of ${cpu.vectorBits} bits${cpu.multiplyAdd ? ', relaxed SIMD with fused multiply-add' : ', no relaxed SIMD'}` : 'no SIMD'; // prettier-ignore
  const entries: (readonly [string, Content])[] = [
    ['device', adapter === null ? device : `${device}: ${adapter}`],
    ['CPU', cpu.model],
    ['cores', `${cpu.cores}, ${counted(cpu.threads, 'thread')} used`],
    ['WebAssembly', simd],
    ['memory', byteCount(memory)],
    ['platform', platform],
    ['decograd', versions.decograd],
    ['Node', `${versions.node}, V8 ${versions.v8}`],
  ];
  return section('Machine and versions', undefined, definitions(entries));
}
