/** From how much work on threads share it: some 20 us, since waking one takes 10. */
export const worthSharing = {
  /** Of a function: instructions, of four elements each. */
  instructions: 100_000,
  /** Of a product: multiplications, and elements that are packed. */
  multiplications: 400_000,
  packed: 32_768,
};
