import { storeConformance } from '../../../test/conformance/store.js';
import { MemoryStore } from './memory-store.js';

const open = async () => {
  const store = new MemoryStore();
  return { store, close: () => store[Symbol.asyncDispose]() };
};

storeConformance('memory', open, { keeps: false });
