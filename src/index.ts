export * from './core/errors';
export * from './tensor';
