import type { Executable, Program } from '../../../src/backend/backend';
import type { Node } from '../../../src/graph/node';
import type * as Recorder from '../../../src/graph/recorder';
import type * as Versions from '../../../src/graph/versions';
import type * as Cache from '../../../src/plan/cache';
import type * as Collect from '../../../src/plan/collect';
import type * as Keeping from '../../../src/plan/keeping';
import type * as Settle from '../../../src/plan/settle';
import type * as Signature from '../../../src/plan/signature';

/** A mistake that an implementation could make: the module that makes it, and what it exports instead. */
export interface Mutant {
  readonly mistake: string;
  readonly path: string;
  readonly exports: (real: never) => object;
  /** The device that can make it. Default: the reference in double precision. */
  readonly device?: 'wasm';
  /** Whether it takes a training run to find it. */
  readonly trains?: boolean;
}

const isExecutable = (made: unknown): made is Executable => typeof made === 'object' && made !== null && 'run' in made;

/** What `fn` gives while a field of the nodes has another value. */
function during<K extends keyof Node, T>(
  nodes: readonly Node[],
  key: K,
  value: (node: Node) => unknown,
  fn: () => T,
): T {
  const before = nodes.map((node) => node[key]);
  for (const node of nodes) Object.assign(node, { [key]: value(node) });
  const result = fn();
  nodes.forEach((node, i) => Object.assign(node, { [key]: before[i] }));
  return result;
}

/** The signature says nothing about a field of some nodes. */
function unsigned(mistake: string, key: keyof Node, value: unknown, op?: string): Mutant {
  const exports = ({ signatureOf }: typeof Signature) => ({
    signatureOf<T>(order: readonly Node[], more?: (of: T) => void, of?: T) {
      const nodes = order.filter((node) => op === undefined || node.op.name === op);
      return during(nodes, key, () => value, () => signatureOf(order, more, of)); // prettier-ignore
    },
  });
  return { mistake, path: 'plan/signature', exports };
}

/** An evaluation decides what to keep as if a field were another. */
function unkept(mistake: string, key: keyof Node, value: (node: Node) => unknown): Mutant {
  const exports = ({ markKept }: typeof Keeping) => ({
    markKept: (order: readonly Node[], roots: readonly Node[]) =>
      during(order, key, value, () => markKept(order, roots)),
  });
  return { mistake, path: 'plan/keeping', exports };
}

/** A forward that threw does something else with what it recorded: keeps some, and forgets the others in some way. */
function undropped(mistake: string, keeps: (node: Node) => boolean, forget: (node: Node) => void): Mutant {
  const exports = ({ takeWaiting, enqueue }: typeof Recorder) => ({
    forgetSince(moment: number) {
      for (const node of takeWaiting('reference64')) {
        if (node.serial <= moment || node.pins > 0 || keeps(node)) enqueue(node);
        else forget(node);
      }
    },
  });
  return { mistake, path: 'graph/recorder', exports };
}
function forgotten(node: Node): void {
  node.recipe = true;
  for (const input of node.inputs) input.uses--;
}

const noAttrs = { id: 0, value: null };

export const mutants: readonly Mutant[] = [
  {
    mistake: 'a version is written over while it is still read',
    path: 'plan/overwrite',
    device: 'wasm',
    exports: () => ({
      withOverwrites: (program: Program, replaced: readonly (number | undefined)[]): Program => ({
        ...program,
        outputs: program.outputs.map((output, i) => ({ ...output, overwrites: replaced[i] })),
      }),
    }),
  },
  unsigned('the signature forgets where a slice begins', 'attrs', noAttrs, 'slice'),
  unsigned('the signature forgets how much is padded', 'attrs', noAttrs, 'place'),
  unsigned('the signature forgets along which axis a sum goes', 'attrs', noAttrs, 'sum'),
  unsigned('the signature forgets what operations read', 'inputs', []),
  unsigned('the signature forgets what is kept', 'keep', false),
  { ...unsigned('a backward pass is taken for known whatever leaves want, and have', 'owner', null), trains: true },
  {
    ...unsigned('a backward pass is taken for known whatever requires gradients', 'requiresGrad', false),
    trains: true,
  },
  {
    mistake: 'plans are found by the length of the signature',
    path: 'plan/cache',
    exports: ({ StructureCache }: typeof Cache) => ({
      StructureCache: class<T> extends StructureCache<T> {
        override find(signature: Signature.Signature, make: () => T): T {
          return super.find({ words: Int32Array.of(signature.length), length: 1 }, make);
        }
      },
    }),
  },
  {
    mistake: 'a plan keeps the numbers of its first run',
    path: 'plan/cache',
    exports: ({ StructureCache }: typeof Cache) => ({
      StructureCache: class<T> extends StructureCache<T> {
        override find(signature: Signature.Signature, make: () => T): T {
          let first: readonly number[] | undefined;
          return super.find(signature, () => {
            const made = make();
            if (!isExecutable(made)) return made;
            const run: Executable['run'] = (inputs, scalars, outputs) => made.run(inputs, (first ??= scalars), outputs);
            return { run } as Executable & T;
          });
        }
      },
    }),
  },
  unkept('what nothing consumed is not kept', 'uses', ({ uses }) => uses + 1),
  unkept('what derivatives will read is not kept', 'tracked', () => []),
  {
    mistake: 'a computed value forgets the graph that it hangs on',
    path: 'plan/settle',
    exports: ({ settle }: typeof Settle) => ({
      settle: (...[order, kept, values]: Parameters<typeof settle>) => {
        settle(order, kept, values);
        for (const node of kept) node.inputs = node.tracked = [];
      },
    }),
  },
  {
    mistake: 'a new version is written over the old one, and nobody is told',
    path: 'graph/versions',
    exports: ({ commit }: typeof Versions) => ({
      commit(node: Node) {
        const old = node.undone ? null : node.replaces;
        commit(node);
        if (old !== null) Object.assign(old, { cell: node.cell, stale: null, recipe: false });
      },
    }),
  },
  {
    mistake: 'new versions are committed before what waits is computed',
    path: 'plan/collect',
    exports: ({ collect }: typeof Collect) => ({
      collect(waiting: readonly Node[], roots: readonly Node[]) {
        for (const { replaces } of waiting) if (replaces?.pins === 0) replaces.cell = null;
        return collect(waiting, roots);
      },
    }),
  },
  {
    mistake: 'a failed evaluation leaves its new versions behind',
    path: 'graph/versions',
    exports: () => ({ undo: (nodes: readonly Node[]) => nodes.forEach((node) => (node.recipe = node.cell === null)) }),
  },
  {
    mistake: 'overwritten values are not missed',
    path: 'graph/freshness',
    exports: () => ({ ensureFresh: () => undefined, isFresh: () => true }),
  },
  {
    mistake: 'what somebody asked for goes with its version',
    path: 'graph/versions',
    exports: () => ({ pin: () => undefined, unpin: () => undefined }),
  },
  {
    mistake: 'what somebody asked for is not recorded again',
    path: 'graph/versions',
    exports: () => ({ pin: (node: Node) => ((node.keep = true), node.pins++) }),
  },
  undropped('a forward that threw takes new versions with it', () => false, forgotten),
  undropped('what only a dropped recording consumed is not kept', ({ resident }) => resident, (node) => (node.recipe = true)), // prettier-ignore
];
