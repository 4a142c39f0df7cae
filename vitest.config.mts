import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['decograd-source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['decograd-source', 'node', 'import', 'default'] } },
  test: {
    projects: [{ extends: true, test: { name: 'legacy', include: ['test/**/*.test.ts'], pool: 'forks' } }],
  },
});
