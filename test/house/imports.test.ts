import { expect, it } from 'vitest';
import { backends, floorOf, floors } from './floors';
import { filesUnder, type Import, importsOf } from './sources';

const files = filesUnder('src');
const imports = files.flatMap(importsOf);
const inside = imports.filter((edge) => edge.to.startsWith('src/'));

const roomOf = (file: string): string => file.split('/')[1]!;
const backendOf = (file: string): string | undefined => {
  const [, room, folder] = file.split('/');
  return room === 'backend' && backends.includes(folder!) ? folder : undefined;
};
const show = (edge: Import): string => `${edge.from} imports ${edge.to}`;

it('finds the sources and their imports', () => {
  expect(files.length).toBeGreaterThan(50);
  expect(inside.length).toBeGreaterThan(files.length);
});

it('every folder of src is a room on a floor', () => {
  const rooms = new Set(files.filter((file) => file !== 'src/index.ts').map(roomOf));
  expect([...rooms].filter((room) => !floors.flat().includes(room))).toEqual([]);
});

it('imports go downward only, and rooms of one floor do not know each other', () => {
  const climbs = ({ from, to }: Import): boolean => {
    if (from === 'src/index.ts' || roomOf(from) === roomOf(to)) return false;
    return floorOf(roomOf(to)) >= floorOf(roomOf(from));
  };
  expect(inside.filter(climbs).map(show)).toEqual([]);
});

it('nothing inside the house imports src/index.ts', () => {
  expect(inside.filter((edge) => edge.to === 'src/index.ts').map(show)).toEqual([]);
});

it('backends do not know each other', () => {
  const strangers = ({ from, to }: Import): boolean =>
    backendOf(from) !== undefined && backendOf(to) !== undefined && backendOf(from) !== backendOf(to);
  expect(inside.filter(strangers).map(show)).toEqual([]);
});

it('every relative import names a file that exists', () => {
  const broken = imports.filter((edge) => /^(src|\.)\//.test(edge.to) && !edge.to.endsWith('.ts'));
  expect(broken.map(show)).toEqual([]);
});

it('files do not import each other in a circle', () => {
  const next = new Map<string, string[]>(files.map((file) => [file, []]));
  for (const { from, to, typeOnly, lazy } of inside) if (!typeOnly && !lazy) next.get(from)!.push(to);
  expect(circles(next)).toEqual([]);
});

it('gpu.js is imported by the gpu backend alone, and lazily', () => {
  const gpu = imports.filter((edge) => edge.to === 'gpu.js');
  expect(gpu.filter((edge) => backendOf(edge.from) !== 'gpu' || !(edge.lazy || edge.typeOnly)).map(show)).toEqual([]);
});

/** One line per circle found by a depth-first walk. */
function circles(next: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const found: string[] = [];
  const visit = (file: string): void => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(' > '));
    if (done.has(file)) return;
    done.add(file);
    path.push(file);
    next.get(file)?.forEach(visit);
    path.pop();
  };
  [...next.keys()].forEach(visit);
  return found;
}
