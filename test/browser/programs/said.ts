/** How it failed; null where it did not. */
export async function said(work: () => Promise<unknown>): Promise<{ name: string; message: string } | null> {
  try {
    await work();
    return null;
  } catch (error) {
    const { name, message } = error as Error;
    return { name, message };
  }
}
