import type { Tensor } from '../../../src';
import type { GpuBackend, GpuExecutable } from '../../../src/backend/gpu';
import { backendOf } from '../../../src/plan';
import { behind } from '../../ops/behind';
import { counted } from './counters';

/** For each name, the devices that kernels of its cases ran on. */
type Found = Record<string, string[]>;

/** Notes where kernels of an open device run from now on. */
export class Places {
  readonly operations: Found = {};
  /** By what operations are made of. */
  readonly behind: Found = {};
  readonly #ran: GpuExecutable[] = [];
  #names: readonly string[] = [];

  constructor(name: string) {
    const backend = backendOf(name) as GpuBackend;
    const note = (executable: GpuExecutable) => void this.#ran.push(executable);
    counted(backend, 'compile', (executable) => counted(executable, 'run', () => note(executable)));
  }

  /** To be told of a result that is still to be computed. */
  recorded = ({ node }: Tensor): void => void (this.#names = [...behind(node).keys()]);

  /** To be called when it is computed. */
  computed(operation: string): void {
    const ran = this.#ran.splice(0).flatMap(({ ranOn = [] }) => ranOn.filter((place) => place !== null));
    add(this.operations, operation, ran);
    for (const name of this.#names) add(this.behind, name, ran);
  }
}

function add(to: Found, name: string, found: readonly string[]): void {
  to[name] = [...new Set([...(to[name] ?? []), ...found])];
}
