// Metadata of one's own on a class that is a module too: the package and the copy of it in decograd keep one store.
const order = process.argv[2] === 'first' ? ['reflect-metadata', 'decograd'] : ['decograd', 'reflect-metadata'];
for (const name of order) await import(name);
const { Module, Parameter, module, param, ones, namedParameters } = await import('decograd');

class Scale extends Module {}
Reflect.defineMetadata('kept', 'before', Scale);
param([2])(Scale.prototype, 'w');
const Decorated = module(Scale) ?? Scale;
Reflect.defineMetadata('own', 1, Decorated.prototype, 'w');
const scale = new Decorated();
console.log(
  JSON.stringify({
    paths: namedParameters(scale).map(([path]) => path),
    isParameter: scale.w instanceof Parameter && ones([1]).size === 1,
    metadata: [Reflect.getMetadata('kept', Decorated), Reflect.getMetadata('own', scale, 'w')],
  }),
);
