// Numbers that are the same in every run: each tensor draws from a stream of its own, seeded by the tensor's name, so that
// adding a workload or a tensor changes no other.

/** FNV-1a: 32 bits from a text. */
function hash(text) {
  let h = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) h = Math.imul(h ^ byte, 0x01000193);
  return h >>> 0;
}

/** Mulberry32: a function that draws uniformly from [0, 1), 24 bits each, so that float32 holds every value exactly. */
export function stream(name) {
  let state = hash(name);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 8) / 2 ** 24;
  };
}

/** Evenly from [low, high). */
export const uniform = (shape, low, high) => ({
  shape,
  dtype: 'float32',
  draw: (random) => low + (high - low) * random(),
});

/** From a normal distribution around 0 (Box and Muller). */
export const normal = (shape, deviation = 1) => ({
  shape,
  dtype: 'float32',
  draw: (random) => deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
});

export const constant = (shape, value) => ({ shape, dtype: 'float32', draw: () => value });

/** Whole numbers of [0, end). */
export const integers = (shape, end) => ({ shape, dtype: 'int32', draw: (random) => Math.floor(end * random()) });

/** Weight and bias as torch.nn.Linear draws them, under the keys that `name` has in a state dict. */
export const linear = (name, inputs, outputs) => layer(name, [outputs, inputs]);

/** The same of torch.nn.Conv2d with a square kernel. */
export const convolution = (name, inputs, outputs, size) => layer(name, [outputs, inputs, size, size]);

function layer(name, [outputs, ...inputs]) {
  const bound = 1 / Math.sqrt(inputs.reduce((a, b) => a * b));
  return {
    [`${name}.weight`]: uniform([outputs, ...inputs], -bound, bound),
    [`${name}.bias`]: uniform([outputs], -bound, bound),
  };
}
