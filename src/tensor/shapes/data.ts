import type { TypedArray } from '../../core/dtype';

/** Numbers or booleans, nested to any depth. */
export type Nested = number | boolean | readonly Nested[];

/** The shape of nested lists; unknown where their type does not tell their lengths, as `number[]` does not. */
export type ShapeOfData<T> = unknown extends T ? any : T extends TypedArray ? [number] : Lengths<T>;
type Lengths<T, Outer extends unknown[] = []> = T extends readonly [infer First, ...unknown[]]
  ? Lengths<First, [...Outer, T['length']]>
  : T extends readonly []
    ? [...Outer, 0]
    : T extends readonly unknown[]
      ? any
      : Outer;

/** T, or the reason why it is no tensor's data: lists that stand in one list differ in length. */
export type Even<T> = [Uneven<T>] extends [never] ? T : Uneven<T>;
type Uneven<T> = unknown extends T
  ? never
  : T extends readonly [infer First extends readonly unknown[], ...unknown[]]
    ? Difference<First['length'], LengthOf<T[number]>> | Uneven<T[number]>
    : never;
type LengthOf<T> = T extends readonly unknown[] ? T['length'] : never;
type Difference<First extends number, All extends number> = number extends All
  ? never
  : [Exclude<All, First>] extends [never]
    ? never
    : `tensor: lists differ in length: ${First} and ${Exclude<All, First>}`;
