// Methods of iterators that came with Node 22, for the peer that needs them on Node 20.
const Iterator = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

Iterator.map ??= function* (f) {
  let i = 0;
  for (const x of this) yield f(x, i++);
};
Iterator.filter ??= function* (f) {
  let i = 0;
  for (const x of this) if (f(x, i++)) yield x;
};
Iterator.toArray ??= function () {
  return [...this];
};
