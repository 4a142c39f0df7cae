/**
 * Whether a parameter's path matches a pattern, in which `*` stands for one name and `**` for any number of them:
 * `blocks.*.bias` matches `blocks.0.bias`, and `**.bias` matches `bias` and `head.linear.bias`.
 */
export function matchesPath(pattern: string, path: string): boolean {
  const parts = pattern.split(/(\*\*\.|\*\*|\*)/);
  const source = parts.map((part) => wildcards[part] ?? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('');
  return new RegExp(`^${source}$`).test(path);
}

const wildcards: Readonly<Record<string, string>> = { '**.': '(?:.+\\.)?', '**': '.*', '*': '[^.]*' };
