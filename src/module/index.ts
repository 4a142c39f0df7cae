export { module } from './module';
export { Module } from './module-class';
export { param } from './param';
export { buffer } from './buffer';
export { external } from './external';
export { infer, type Infer } from './infer';
export type { BufferOptions, ParamOptions } from './declaration';
export type { DimDeclaration, ShapeDeclaration } from './shape-declaration';
export type { Filling, Initialiser, InitialiserContext } from './initialiser';
export {
  buffers,
  children,
  modules,
  namedBuffers,
  namedChildren,
  namedModules,
  namedParameters,
  parameters,
} from './names';
export { walk, type BufferEntry, type ModuleEntry, type ParameterEntry, type Place, type TreeEntry } from './walk';
export { isModule } from './metadata';
export { isTraining, restoreModes, setTraining, setTraining as train, trainingModes } from './mode';
export { apply, requiresGrad, to, zeroGrad } from './tree-actions';
export { loadStateDict, stateDict, type LoadReport, type LoadStateDictOptions, type StateDict } from './state-dict';
export { stateDifferences, type StateDifferences, type StateEntry, type StateShapes } from './state-differences';
export type { Renamed } from './pair-renamed';
export { describeDifferences } from './describe-differences';
export { migrateState } from './migrate-state';
export type { MigrationRules } from './state-migration';
export { registerForwardHook, registerForwardPreHook, type HookHandle } from './hooks';
export type { ForwardHook, ForwardPreHook } from './run-hooks';
export { Inventory, inventory, type InventoryEntry, type InventoryTotals } from './inventory';
export { compareInventories, type SavedInventory } from './compare-inventories';
export { treeText } from './tree-text';
