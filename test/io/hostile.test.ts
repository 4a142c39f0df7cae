import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadTorch, StateError, type Tensor } from 'decograd';
import { call, global, int, proto, storage, text, torchFile, tuple, view, type Part } from './pickles';

const memory = () => process.memoryUsage().rss;
const load = (pickle: Part, options?: { maxBytes: number }) => loadTorch<any>(torchFile(pickle), options);

describe('code in a pickle is named and never run', () => {
  const marker = join(tmpdir(), `decograd-hostile-${process.pid}`);
  const command = text(`touch ${marker}`);
  const rows: [string, Part, string][] = [
    ['os.system', call(global('os', 'system'), command), 'os.system'],
    ['posix.system', call(global('posix', 'system'), command), 'posix.system'],
    ['eval', call(global('__builtin__', 'eval'), command), 'builtins.eval'],
    ['by STACK_GLOBAL', [text('subprocess'), text('call'), 0x93, tuple(command), 'R'], 'subprocess.call'],
    ['by NEWOBJ', [global('subprocess', 'Popen'), tuple(command), 0x81], 'subprocess.Popen'],
    ['a class of the saved program', [global('__main__', 'Model'), ')', 0x81], '__main__.Model'],
    ['a name that JavaScript has', [global('constructor', 'constructor')], 'constructor.constructor'],
    ['inside of a tensor', call(global('torch._tensor', '_rebuild_from_type_v2'), global('os', 'system')), 'os.system'],
  ];
  it.each(rows)('%s', async (_, pickle, name) => {
    const error = await load(pickle).catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(StateError);
    expect(error.message).toContain(`asks for ${name}, which is not allowed and was not run`);
    expect(error.message).toContain('allowed are dtypes and torch._utils._rebuild_tensor,');
    const ran = existsSync(marker);
    rmSync(marker, { force: true });
    expect(ran).toBe(false);
  });
});

describe('refuses, in words', () => {
  const rows: [string, Part, string][] = [
    ['complex numbers', view([1], [1], 0, storage('ComplexFloatStorage')), 'tensors here are not complex'],
    ['a whole number beyond int32', view([2], [1], 0, storage('LongStorage')), 'does not fit int32'],
    ['a tensor beyond its storage', view([2, 2], [2, 1], 1), "needs 20 bytes, its storage '0' has 16"],
    ['a tensor with strides beyond', view([2], [4]), 'needs 20 bytes'],
    [
      'a storage that is said to be short',
      view([3], [1], 0, storage('FloatStorage', '0', 2)),
      "needs 12 bytes, its storage '0' has 8",
    ],
    [
      'a storage that is said to be long',
      view([5], [1], 0, storage('FloatStorage', '0', 9)),
      "needs 20 bytes, its storage '0' has 16",
    ],
    ['a storage of a negative size', view([1], [1], 0, storage('FloatStorage', '0', -1)), 'is no storage'],
    ['strides that do not fit', view([2, 2], [1]), 'no valid shape, strides or offset'],
    ['a negative size', view([-2], [1]), 'no valid shape'],
    ['a negative stride', view([2], [-1], 1), 'no valid shape'],
    ['a storage that is not there', view([1], [1], 0, storage('FloatStorage', '7')), "lacks 'x/data/7'"],
    ['a storage outside of the folder', view([1], [1], 0, storage('FloatStorage', '../data.pkl')), "lacks 'x/data/../data.pkl'"], // prettier-ignore
    ['a type as a storage', view([1], [1], 0, global('torch', 'FloatStorage')), 'made of what is no storage'],
    ['a type as a value', [']', global('torch', 'FloatStorage'), 'a'], 'holds the type torch.FloatStorage as a value'],
    ['a storage by itself', storage(), 'a storage by itself'],
    ['a parameter of no tensor', call(global('torch._utils', '_rebuild_parameter'), int(1)), 'no tensor'],
    ['text that is called', call(text('print'), text('x')), "'print' is called, which is no function"],
    ['a type that is called', call(global('torch', 'FloatStorage'), int(4)), 'torch.FloatStorage is called'],
    ['keys that are lists', ['}', ']', 'N', 's'], 'keys of dicts are texts or whole numbers here, not a list'],
    ['two keys of one text', ['}', '(', text('0'), 'N', int(0), 'N', 'u'], "two keys of a dict are '0'"],
    ['attributes of a list', [']', '}', 'b'], 'attributes are set on a list'],
    ['a text longer than the file', ['X', 255, 255, 255, 255], '4294967295 bytes are announced'],
    ['bytes longer than all memory', [0x8e, 255, 255, 255, 255, 255, 255, 255, 127], 'bytes are announced'],
    ['a number of a megabyte', [0x8b, 0, 0, 16, 0, 'x'.repeat(2 ** 20)], 'a whole number of 1048576 bytes'],
    ['a place in the memo that is empty', ['j', 255, 255, 255, 255], 'nothing was kept under 4294967295'],
    ['values that are not there', '000', 'a value is asked for where there is none'],
    ['a mark that is not there', 't', 'a mark is asked for where there is none'],
    ['an instruction of other pickles', 'iposix\nsystem\n', 'opcode 0x69 is none that PyTorch writes'],
    ['an extension', [0x82, 1], 'opcode 0x82'],
    ['a later protocol', [0x80, 9], 'protocol 9 is unknown'],
    ['a name without an end', 'cos', 'a line has no end'],
  ];
  it.each(rows)('%s', async (_, pickle, message) => {
    const error = await load(pickle).catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(StateError);
    expect(error.message).toContain(message);
  });

  it('other files', async () => {
    await expect(loadTorch(Uint8Array.from([0x80, 2, 0x8a]))).rejects.toThrow('as PyTorch wrote before 1.6');
    await expect(loadTorch(Buffer.from('hello'))).rejects.toThrow('no file of torch.save');
    await expect(loadTorch(torchFile('N', { 'x/constants.pkl': new Uint8Array(1) }))).rejects.toThrow('TorchScript');
    await expect(loadTorch(torchFile('N', { 'x/byteorder': Buffer.from('both') }))).rejects.toThrow('little or big, not "both"'); // prettier-ignore
  });
});

describe('what is odd and no harm has its value', () => {
  it('a list in itself, a dict in itself', async () => {
    const list = await load([']', 'q', 0, 'h', 0, 'a']);
    expect(list[0]).toBe(list);
    const dict = await load(['}', 'q', 0, text('self'), 'h', 0, 's']);
    expect(dict.self).toBe(dict);
  });
  it('keys that JavaScript gives a meaning', async () => {
    const dict = await load(['}', '(', text('__proto__'), '}', text('constructor'), int(1), 'u']);
    expect(Object.getPrototypeOf(dict)).toBe(Object.prototype);
    expect(Object.entries(dict)).toEqual([['__proto__', {}], ['constructor', 1]]); // prettier-ignore
  });
  it('a hundred thousand lists in each other', async () => {
    let depth = 0;
    for (let at = await load([']'.repeat(1e5), 'a'.repeat(1e5 - 1)]); at; at = at[0]) depth++;
    expect(depth).toBe(1e5);
  });
  it('a tensor whose last element is the last of its storage, and one that is empty', async () => {
    expect(await ((await load(view([2, 2], [0, 3]))) as Tensor).toArray()).toEqual([[0, 3], [0, 3]]); // prettier-ignore
    expect(((await load(view([0, 2 ** 30], [1, 1]))) as Tensor).shape).toEqual([0, 2 ** 30]);
  });
});

describe('memory stays within a small multiple of the file', () => {
  const rows: [string, Part][] = [
    ['a tensor that repeats one number', view([2 ** 15, 2 ** 15], [0, 0])],
    ['tensors that repeat', ['(', Array.from({ length: 40 }, () => view([2 ** 20], [0])), 'l']],
    ['lists in each other', [']'.repeat(3e6), 'a'.repeat(3e6 - 1)]],
    ['marks without an end', '('.repeat(4e6)],
    ['a text that is turned into bytes again and again', [text('x'.repeat(1e6)), 'q', 0, '(', Array.from({ length: 1000 }, () => [global('_codecs', 'encode'), 'h', 0, 0x85, 'R']), 'l']], // prettier-ignore
    ['a list that is turned into sets again and again', ['(', 'N'.repeat(1e5), 'lq', 0, '(', Array.from({ length: 1000 }, () => [global('__builtin__', 'set'), 'h', 0, 0x85, 'R']), 'l']], // prettier-ignore
  ];
  it.each(rows)('%s', async (_, pickle) => {
    const file = torchFile(pickle);
    const before = memory();
    await expect(loadTorch(file)).rejects.toThrow(
      /more than the \d+ allowed; if you trust it, pass \{ maxBytes: \d+ \}/,
    );
    expect(memory() - before).toBeLessThan(40 * file.length + 2 ** 29);
  });

  it('a deflated bomb is refused before it is inflated', async () => {
    const bomb = torchFile(['B', 0, 0, 0, 8, new Uint8Array(2 ** 27)], {}, 9);
    expect(bomb.length).toBeLessThan(2e5);
    await expect(loadTorch(bomb)).rejects.toThrow(/announces, a file of \d+ bytes becomes 134\d+, more than the/);
  });

  it('what is trusted is read', async () => {
    const pickle = view([2 ** 12, 2 ** 13], [0, 0], 3);
    await expect(load(pickle)).rejects.toThrow('maxBytes');
    expect(((await load(pickle, { maxBytes: 2 ** 28 })) as Tensor).size).toBe(2 ** 25);
  });
});

it('an honest pickle made by the same hand is read: the refusals above have other reasons', async () => {
  expect(proto).toEqual([0x80, 2]);
  expect(await ((await load(view([2, 2], [1, 2]))) as Tensor).toArray()).toEqual([[0, 2], [1, 3]]); // prettier-ignore
});
