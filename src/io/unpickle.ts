import type { Budget } from './budget';
import { PickleMachine, type PickleWorld } from './pickle-machine';
import { PickleReader } from './pickle-reader';

type Step = (machine: PickleMachine, reader: PickleReader) => Promise<void> | void;

const latestProtocol = 5;
const stop = 0x2e;

const constants: readonly (readonly [number, string, Step])[] = [
  [0x80, 'PROTO', (_, r) => checkProtocol(r)],
  [0x95, 'FRAME', (_, r) => void r.uint64()],
  [0x4e, 'NONE', (m) => m.push(null)],
  [0x88, 'NEWTRUE', (m) => m.push(true)],
  [0x89, 'NEWFALSE', (m) => m.push(false)],
  [0x4b, 'BININT1', (m, r) => m.push(r.uint8())],
  [0x4d, 'BININT2', (m, r) => m.push(r.uint16())],
  [0x4a, 'BININT', (m, r) => m.push(r.int32())],
  [0x8a, 'LONG1', (m, r) => m.push(r.integer(r.uint8()))],
  [0x8b, 'LONG4', (m, r) => m.push(r.integer(r.uint32()))],
  [0x47, 'BINFLOAT', (m, r) => m.push(r.float64())],
  [0x8c, 'SHORT_BINUNICODE', (m, r) => m.push(r.text(r.uint8()))],
  [0x58, 'BINUNICODE', (m, r) => m.push(r.text(r.uint32()))],
  [0x8d, 'BINUNICODE8', (m, r) => m.push(r.text(r.uint64()))],
  [0x55, 'SHORT_BINSTRING', (m, r) => m.push(r.text(r.uint8(), 'latin1'))],
  [0x54, 'BINSTRING', (m, r) => m.push(r.text(r.uint32(), 'latin1'))],
  [0x43, 'SHORT_BINBYTES', (m, r) => m.pushNew(r.raw(r.uint8()))],
  [0x42, 'BINBYTES', (m, r) => m.pushNew(r.raw(r.uint32()))],
  [0x8e, 'BINBYTES8', (m, r) => m.pushNew(r.raw(r.uint64()))],
  [0x96, 'BYTEARRAY8', (m, r) => m.pushNew(r.raw(r.uint64()))],
];

const containers: readonly (readonly [number, string, Step])[] = [
  [0x28, 'MARK', (m) => m.mark()],
  [0x30, 'POP', (m) => void m.pop()],
  [0x31, 'POP_MARK', (m) => void m.popMark()],
  [0x32, 'DUP', (m) => m.push(m.top())],
  [0x5d, 'EMPTY_LIST', (m) => m.pushNew([])],
  [0x6c, 'LIST', (m) => m.pushNew(m.popMark())],
  [0x61, 'APPEND', (m) => m.append([m.pop()])],
  [0x65, 'APPENDS', (m) => m.append(m.popMark())],
  [0x29, 'EMPTY_TUPLE', (m) => m.pushNew([])],
  [0x74, 'TUPLE', (m) => m.pushNew(m.popMark())],
  [0x85, 'TUPLE1', (m) => m.pushNew([m.pop()])],
  [0x86, 'TUPLE2', (m) => m.pushNew([m.pop(), m.pop()].reverse())],
  [0x87, 'TUPLE3', (m) => m.pushNew([m.pop(), m.pop(), m.pop()].reverse())],
  [0x7d, 'EMPTY_DICT', (m) => m.pushNew({})],
  [0x64, 'DICT', (m) => withItems(m, {}, (items) => m.setAll(items))],
  [0x73, 'SETITEM', (m) => m.setAll([m.pop(), m.pop()].reverse())],
  [0x75, 'SETITEMS', (m) => m.setAll(m.popMark())],
  [0x8f, 'EMPTY_SET', (m) => m.pushNew(new Set())],
  [0x90, 'ADDITEMS', (m) => m.addAll(m.popMark())],
  [0x91, 'FROZENSET', (m) => withItems(m, new Set(), (items) => m.addAll(items))],
];

const names: readonly (readonly [number, string, Step])[] = [
  [0x71, 'BINPUT', (m, r) => m.remember(r.uint8())],
  [0x72, 'LONG_BINPUT', (m, r) => m.remember(r.uint32())],
  [0x94, 'MEMOIZE', (m) => m.remember()],
  [0x68, 'BINGET', (m, r) => m.recall(r.uint8())],
  [0x6a, 'LONG_BINGET', (m, r) => m.recall(r.uint32())],
  [0x63, 'GLOBAL', (m, r) => m.global([r.line(), r.line()].join('.'))],
  [0x93, 'STACK_GLOBAL', (m) => m.global([m.pop(), m.pop()].reverse().map(String).join('.'))],
  [0x52, 'REDUCE', (m) => m.reduce()],
  [0x81, 'NEWOBJ', (m) => m.reduce()],
  [0x62, 'BUILD', (m) => m.build()],
  [0x51, 'BINPERSID', (m) => m.push(m.world.persistent(m.pop()))],
];

const steps: (Step | undefined)[] = [];
for (const [code, , step] of [...constants, ...containers, ...names]) steps[code] = step;

function withItems(machine: PickleMachine, made: object, fill: (items: unknown[]) => void): void {
  const items = machine.popMark();
  machine.pushNew(made);
  fill(items);
}

function checkProtocol(reader: PickleReader): void {
  const protocol = reader.uint8();
  if (protocol > latestProtocol) reader.refuse(`protocol ${protocol} is unknown; the latest is ${latestProtocol}`);
}

/**
 * The value of a pickle of protocols 2 to 5. Code is never run: names mean what `world` says.
 * @throws StateError for damaged bytes and for opcodes that such pickles do not have
 */
export async function unpickle(bytes: Uint8Array, world: PickleWorld, budget: Budget): Promise<unknown> {
  const reader = new PickleReader(budget.asker, bytes);
  const machine = new PickleMachine(reader, world, budget);
  for (let code = reader.uint8(); code !== stop; code = reader.uint8()) {
    const step = steps[code] ?? reader.refuse(`opcode 0x${code.toString(16)} is none that PyTorch writes`);
    const pending = step(machine, reader);
    if (pending) await pending;
  }
  return machine.pop();
}
