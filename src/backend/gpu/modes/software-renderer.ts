/** Whether a driver of this name computes on the CPU: such a GPU is right, and slower than the CPU's own engine. */
export function isSoftwareRenderer(name: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render|warp/i.test(name);
}
