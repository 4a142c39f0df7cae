/** The instructions used here, by their names in the WebAssembly specification: one byte, or a code behind the SIMD prefix. */
export const plain = {
  'i32.eqz': 0x45,
  'i32.eq': 0x46,
  'i32.ne': 0x47,
  'i32.lt_s': 0x48,
  'i32.lt_u': 0x49,
  'i32.gt_s': 0x4a,
  'i32.ge_s': 0x4e,
  'i32.ge_u': 0x4f,
  'i32.add': 0x6a,
  'i32.sub': 0x6b,
  'i32.mul': 0x6c,
  'i32.div_u': 0x6e,
  'i32.and': 0x71,
  'i32.or': 0x72,
  'i32.shl': 0x74,
  'i32.shr_u': 0x76,
  'f32.eq': 0x5b,
  'f32.ne': 0x5c,
  'f32.lt': 0x5d,
  'f32.gt': 0x5e,
  'f32.add': 0x92,
} as const;

export const simd = {
  'i32x4.splat': 0x11,
  'f32x4.splat': 0x13,
  'i32x4.eq': 0x37,
  'i32x4.ne': 0x38,
  'i32x4.lt_s': 0x39,
  'i32x4.gt_s': 0x3b,
  'i32x4.le_s': 0x3d,
  'f32x4.eq': 0x41,
  'f32x4.ne': 0x42,
  'f32x4.lt': 0x43,
  'f32x4.gt': 0x44,
  'f32x4.le': 0x45,
  'v128.not': 0x4d,
  'v128.and': 0x4e,
  'v128.andnot': 0x4f,
  'v128.or': 0x50,
  'v128.xor': 0x51,
  'v128.bitselect': 0x52,
  'f32x4.demote_f64x2_zero': 0x5e,
  'f64x2.promote_low_f32x4': 0x5f,
  'f32x4.ceil': 0x67,
  'f32x4.floor': 0x68,
  'f32x4.nearest': 0x6a,
  'f64x2.floor': 0x75,
  'f64x2.nearest': 0x94,
  'i32x4.abs': 0xa0,
  'i32x4.neg': 0xa1,
  'i32x4.all_true': 0xa3,
  'i32x4.shl': 0xab,
  'i32x4.shr_u': 0xad,
  'i32x4.add': 0xae,
  'i32x4.sub': 0xb1,
  'i32x4.mul': 0xb5,
  'i32x4.min_s': 0xb6,
  'i32x4.max_s': 0xb8,
  'f32x4.abs': 0xe0,
  'f32x4.neg': 0xe1,
  'f32x4.sqrt': 0xe3,
  'f32x4.add': 0xe4,
  'f32x4.sub': 0xe5,
  'f32x4.mul': 0xe6,
  'f32x4.div': 0xe7,
  'f32x4.min': 0xe8,
  'f32x4.max': 0xe9,
  'f32x4.pmin': 0xea,
  'f32x4.pmax': 0xeb,
  'f64x2.add': 0xf0,
  'f64x2.sub': 0xf1,
  'f64x2.mul': 0xf2,
  'f64x2.div': 0xf3,
  'i32x4.trunc_sat_f32x4_s': 0xf8,
  'f32x4.convert_i32x4_s': 0xfa,
  'i32x4.trunc_sat_f64x2_s_zero': 0xfc,
  'f64x2.convert_low_i32x4_s': 0xfe,
  'f32x4.relaxed_madd': 0x105,
  'i32x4.relaxed_laneselect': 0x10b,
} as const;

/** Loads and stores, with the logarithm of their natural alignment. */
export const memory = {
  'i32.load': [0x28, 2],
  'f32.load': [0x2a, 2],
  'i32.store': [0x36, 2],
  'f32.store': [0x38, 2],
} as const;

export const simdMemory = {
  'v128.load': [0x00, 4],
  'v128.load32_splat': [0x09, 2],
  'v128.store': [0x0b, 4],
} as const;

/** Instructions that name a lane; the last two are loads and stores too. */
export const lanes = { 'i32x4.extract_lane': 0x1b, 'f32x4.extract_lane': 0x1f } as const;
export const laneMemory = { 'v128.load32_lane': 0x56, 'v128.store32_lane': 0x5a, 'v128.store64_lane': 0x5b } as const;

export type OpName = keyof typeof plain | keyof typeof simd;
export type MemoryName = keyof typeof memory | keyof typeof simdMemory;
