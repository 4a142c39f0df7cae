/** Names as a message lists them: all of a few, else the first and how many there are beside them. */
export function listed(names: readonly string[], most: number): string {
  if (names.length <= most) return names.join(', ');
  const shown = Math.ceil(most / 2);
  return `${names.slice(0, shown).join(', ')} and ${names.length - shown} more`;
}
